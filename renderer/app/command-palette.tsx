import { Spotlight, spotlight } from "@mantine/spotlight";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { useLocation } from "wouter";
import { useStore } from "zustand";
import { KeyHint } from "../components/key-hint.tsx";
import { preferencesStore } from "../stores/preferences-store.ts";
import classes from "./command-palette.module.css";
import type { PaletteItem } from "./palette-entries.ts";
import { rankEntries } from "./rank-commands.ts";
import { runCommand } from "./run-command.ts";
import { usePaletteItems } from "./use-palette-items.ts";

const LIMIT = 40;

/** Every command and every thing with a name, a few letters away. */
export function CommandPalette() {
  const [query, setQuery] = useState("");
  const [isOpen, setOpen] = useState(false);
  const items = usePaletteItems(isOpen);
  const recent = useStore(preferencesStore, (state) => state.recentCommands);
  const [, navigate] = useLocation();
  const shown = rankEntries(items, query, recent).slice(0, LIMIT);
  const run = (item: PaletteItem) => {
    if (item.disabledReason !== undefined) return;
    spotlight.close();
    if (item.href === undefined) requestAnimationFrame(() => runCommand(item.id));
    else navigate(item.href);
  };
  return (
    <Spotlight.Root
      query={query}
      onQueryChange={setQuery}
      onSpotlightOpen={() => setOpen(true)}
      onSpotlightClose={() => setOpen(false)}
      shortcut={null}
      scrollable
      maxHeight={420}
      radius="lg"
      size={620}
      centered={false}
      yOffset="11vh"
      overlayProps={{ backgroundOpacity: 0.35, blur: 0 }}
      transitionProps={{ duration: 90 }}
    >
      <Spotlight.Search placeholder="Search or run a command" aria-label="Search or run a command" leftSection={<IconSearch size={16} />} />
      <Spotlight.ActionsList>
        {shown.map((item) => (
          <Spotlight.Action
            key={item.id}
            onClick={() => run(item)}
            closeSpotlightOnTrigger={item.disabledReason === undefined}
            className={classes["item"] ?? ""}
            data-disabled-reason={item.disabledReason !== undefined}
          >
            <PaletteLine item={item} />
          </Spotlight.Action>
        ))}
        {shown.length === 0 && <Spotlight.Empty>Nothing is called that. Try a version, a fleet or a verb.</Spotlight.Empty>}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}

function PaletteLine({ item }: { readonly item: PaletteItem }) {
  return (
    <span className={classes["line"]}>
      <span className={classes["title"]}>{item.title}</span>
      <span className={classes["detail"]}>{item.disabledReason ?? item.detail}</span>
      {item.keys !== undefined && item.disabledReason === undefined && <KeyHint keys={item.keys} />}
      {item.href !== undefined && <span className={classes["group"]}>{item.group}</span>}
    </span>
  );
}
