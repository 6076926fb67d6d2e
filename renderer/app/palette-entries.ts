import { COMMANDS, findCommand, keysOf, type CommandId } from "#shared/commands/commands.ts";
import type { CommandHandler } from "../stores/command-store.ts";
import type { PaletteEntry } from "./rank-commands.ts";

/** A line of the palette: a command, or a thing to open. */
export type PaletteItem = PaletteEntry & {
  readonly keys: string | undefined;
  readonly detail: string | undefined;
  /** A command runs; a thing is gone to. */
  readonly href: string | undefined;
};

type Handlers = Readonly<Partial<Record<CommandId, CommandHandler>>>;

/** The commands, with why one may not run now. `denialOf` says what the reader's role forbids. */
export function commandItems(handlers: Handlers, denialOf: (id: string) => string | undefined): readonly PaletteItem[] {
  return COMMANDS.filter((command) => command.id !== "view.palette").map((command) => {
    const handler = handlers[command.id];
    return {
      id: command.id,
      title: command.title,
      words: findCommand(command.id)?.words ?? "",
      group: "Commands",
      keys: keysOf(command),
      detail: undefined,
      disabledReason:
        denialOf(command.id) ?? (handler === undefined ? "It needs another view: open a rollout or a list first." : handler.disabledReason),
      href: undefined,
    };
  });
}

type Named = { readonly id: string; readonly name: string };

/** Things to open, by name. */
export function thingItems(
  applications: readonly (Named & { readonly productId: string })[],
  fleets: readonly Named[],
  rollouts: readonly { readonly id: string; readonly title: string; readonly fleetName: string; readonly state: string }[],
): readonly PaletteItem[] {
  const thing = (group: string, href: string, title: string, detail: string): PaletteItem => ({
    id: href,
    title,
    words: detail,
    group,
    keys: undefined,
    detail,
    disabledReason: undefined,
    href,
  });
  return [
    ...applications.map((one) => thing("Applications", `/applications/${one.id}`, one.name, one.productId)),
    ...fleets.map((one) => thing("Fleets", `/fleets/${one.id}`, one.name, "fleet")),
    ...rollouts.map((one) => thing("Rollouts", `/rollouts/${one.id}`, one.title, `${one.fleetName} · ${one.state}`)),
  ];
}
