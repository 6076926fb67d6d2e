import { ActionIcon, Tooltip, useComputedColorScheme } from "@mantine/core";
import { IconKeyboard, IconMoon, IconSearch, IconSun } from "@tabler/icons-react";
import { Freshness } from "../components/freshness.tsx";
import { KeyHint } from "../components/key-hint.tsx";
import type { ConnectionView } from "../data/connection-store.ts";
import classes from "./header.module.css";
import { runCommand } from "./run-command.ts";

/** What stands above every screen: the palette, freshness, theme and help. */
export function Header({ connection }: { readonly connection: ConnectionView }) {
  const scheme = useComputedColorScheme("light");
  return (
    <header className={classes["header"]}>
      <button type="button" className={classes["search"]} onClick={() => runCommand("view.palette")} aria-keyshortcuts="Control+K Meta+K">
        <IconSearch size={15} aria-hidden="true" />
        <span>Search or run a command</span>
        <KeyHint keys="mod+k" />
      </button>
      <div className={classes["right"]}>
        <Freshness view={connection} />
        <Tooltip label={scheme === "dark" ? "Switch to light" : "Switch to dark"}>
          <ActionIcon
            variant="subtle"
            size="lg"
            aria-label={scheme === "dark" ? "Switch to light" : "Switch to dark"}
            onClick={() => runCommand("view.theme")}
          >
            {scheme === "dark" ? <IconSun size={17} stroke={1.7} /> : <IconMoon size={17} stroke={1.7} />}
          </ActionIcon>
        </Tooltip>
        <Tooltip label="Keys and help">
          <ActionIcon variant="subtle" size="lg" aria-label="Keys and help" onClick={() => runCommand("view.help")}>
            <IconKeyboard size={18} stroke={1.7} />
          </ActionIcon>
        </Tooltip>
      </div>
    </header>
  );
}
