import { useEffect } from "react";
import { COMMANDS, findCommand, keysOf } from "#shared/commands/commands.ts";
import { commandStore } from "../stores/command-store.ts";
import { preferencesStore } from "../stores/preferences-store.ts";
import { isTypingIn, matchStroke } from "./key-sequence.ts";
import { runCommand } from "./run-command.ts";

/** How long the second key of `g h` may take, in milliseconds. */
const SEQUENCE_MS = 1200;

const BINDINGS: ReadonlyMap<string, string> = new Map(
  COMMANDS.flatMap((command) => {
    const keys = keysOf(command);
    return keys === undefined ? [] : [[keys, command.id] as const];
  }),
);

/** Runs commands from their keys. Keys are off while typing and while a dialog is open, except those with Ctrl or ⌘. */
export function useKeyboard(): void {
  useEffect(() => {
    let pressed = "";
    let pressedAt = 0;
    const onKeyDown = (event: KeyboardEvent) => {
      const mod = event.ctrlKey || event.metaKey;
      if (event.defaultPrevented || event.altKey || event.key === "Shift" || (!mod && isQuiet(event))) return;
      const before = event.timeStamp - pressedAt < SEQUENCE_MS ? pressed : "";
      const match = matchStroke(BINDINGS, before, { key: event.key, mod });
      pressed = match.kind === "prefix" ? match.pressed : "";
      pressedAt = event.timeStamp;
      if (match.kind === "command" && isAvailable(match.id)) {
        event.preventDefault();
        runCommand(match.id);
      }
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, []);
}

function isQuiet(event: KeyboardEvent): boolean {
  return (
    !preferencesStore.getState().letterKeys ||
    isTypingIn(event.target) ||
    document.querySelector('[role="dialog"][aria-modal="true"]') !== null
  );
}

function isAvailable(id: string): boolean {
  const command = findCommand(id);
  return command !== undefined && Object.hasOwn(commandStore.getState().handlers, id);
}
