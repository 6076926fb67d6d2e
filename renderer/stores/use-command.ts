import { useEffect, useRef } from "react";
import type { CommandId } from "#shared/commands/commands.ts";
import { commandStore } from "./command-store.ts";

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
