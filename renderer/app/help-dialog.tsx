import { Modal, Switch } from "@mantine/core";
import { useStore } from "zustand";
import { COMMANDS, keysOf, type CommandSection } from "#shared/commands/commands.ts";
import { KeyHint } from "../components/key-hint.tsx";
import { helpStore } from "../stores/help-store.ts";
import { preferencesStore } from "../stores/preferences-store.ts";
import classes from "./help-dialog.module.css";

const SECTIONS: readonly CommandSection[] = ["Go to", "Do", "This view", "Console"];

const TABLE_KEYS = [
  ["Move between rows", "j k"],
  ["Open the row", "enter"],
  ["Close one layer", "escape"],
] as const;

/** Every key, and the switch that turns single letters off. */
export function HelpDialog() {
  const help = useStore(helpStore);
  const preferences = useStore(preferencesStore);
  return (
    <Modal opened={help.isOpen} onClose={help.close} title="Keys and help" size={720} closeButtonProps={{ "aria-label": "Close" }}>
      <div className={classes["columns"]}>
        {SECTIONS.map((section) => (
          <section key={section} className={classes["section"]}>
            <h2>{section}</h2>
            <dl>
              {COMMANDS.filter((command) => command.section === section && keysOf(command) !== undefined).map((command) => (
                <KeyRow key={command.id} title={command.title} keys={keysOf(command) ?? ""} />
              ))}
            </dl>
          </section>
        ))}
        <section className={classes["section"]}>
          <h2>Tables</h2>
          <dl>
            {TABLE_KEYS.map(([title, keys]) => (
              <KeyRow key={title} title={title} keys={keys} />
            ))}
          </dl>
        </section>
      </div>
      <Switch
        className={classes["switch"] ?? ""}
        checked={preferences.letterKeys}
        onChange={(event) => preferences.setLetterKeys(event.currentTarget.checked)}
        label="Single-letter keys"
        description="Turn them off if you dictate or if they get in your way. Keys with Ctrl or ⌘ stay."
      />
    </Modal>
  );
}

function KeyRow({ title, keys }: { readonly title: string; readonly keys: string }) {
  return (
    <div className={classes["row"]}>
      <dt>{title}</dt>
      <dd>
        <KeyHint keys={keys} />
      </dd>
    </div>
  );
}
