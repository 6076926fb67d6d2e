import { useEffect, useRef } from "react";
import { createStore } from "zustand/vanilla";
import type { CommandId } from "#shared/commands/commands.ts";

/** What a command does here and now. A command that stands in view but may not run carries the reason. */
export type CommandHandler = { readonly run: () => void; readonly disabledReason?: string | undefined };

type CommandState = {
  readonly handlers: Readonly<Partial<Record<CommandId, CommandHandler>>>;
  /** Registers a handler and returns how to take it away again. A later registration of the same command covers it. */
  readonly register: (id: CommandId, handler: CommandHandler) => () => void;
};

/** Makes the store of what commands do at present: the shell registers its own, each screen registers its own. */
export const createCommandStore = () =>
  createStore<CommandState>()((set) => ({
    handlers: {},
    register: (id, handler) => {
      set((state) => ({ handlers: { ...state.handlers, [id]: handler } }));
      return () =>
        set((state) => {
          if (state.handlers[id] !== handler) return state;
          const { [id]: _gone, ...handlers } = state.handlers;
          return { handlers };
        });
    },
  }));

/** The commands of this window. */
export const commandStore = createCommandStore();

/**
 * Makes a command do something while the calling component is on screen: from its key, the palette and help alike.
 * Pass `disabledReason` when it stands in view but may not run now; undefined means that it may.
 */
export function useCommand(id: CommandId, run: () => void, disabledReason?: string): void {
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  });
  useEffect(() => commandStore.getState().register(id, { run: () => latest.current(), disabledReason }), [id, disabledReason]);
}
