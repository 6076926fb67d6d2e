import { notifications } from "@mantine/notifications";
import { COMMANDS, findCommand } from "#shared/commands/commands.ts";
import { commandStore } from "../stores/command-store.ts";
import { preferencesStore } from "../stores/preferences-store.ts";

/** Runs a command if something in view handles it. One that may not run now says why, instead of doing nothing. */
export function runCommand(id: string): void {
  const command = COMMANDS.find((one) => one.id === id);
  const handler = command === undefined ? undefined : commandStore.getState().handlers[command.id];
  if (command === undefined || handler === undefined) return;
  if (handler.disabledReason !== undefined) {
    notifications.show({ title: `${findCommand(id)?.title ?? id}: not now`, message: handler.disabledReason, autoClose: 5000 });
    return;
  }
  preferencesStore.getState().ranCommand(id);
  handler.run();
}
