import { useMutation, useQueryClient, type UseMutationResult } from "@tanstack/react-query";
import type { ContractClient } from "#shared/contract/index.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { useClient } from "./client-context.tsx";
import { connectionStore, connectionView } from "./connection-store.ts";
import type { QueryRoot } from "./query-keys.ts";

/** One action of a screen. */
export type ContractAction<I, O> = {
  readonly run: (client: ContractClient, input: I) => Promise<O>;
  /** What was not done when it fails, as a sentence: "The rollout was not paused." */
  readonly notDone: string;
  /** Nouns to read again when it is done. The live feed tells too, only a moment later. */
  readonly stale: readonly QueryRoot[];
  /** True: the caller shows `error` itself. Otherwise it becomes a toast. */
  readonly inline?: boolean;
  readonly onDone?: (output: O, input: I) => void;
};

/** Runs an action through the contract. While offline it is refused with the reason, never queued. */
export function useContractAction<I, O>(action: ContractAction<I, O>): UseMutationResult<O, AppError, I> {
  const client = useClient();
  const queries = useQueryClient();
  return useMutation<O, AppError, I>({
    mutationFn: async (input) => {
      refuseOffline();
      return await action.run(client, input);
    },
    meta: { notDone: action.notDone, inline: action.inline ?? false },
    onSuccess: (output, input) => {
      for (const root of action.stale) void queries.invalidateQueries({ queryKey: [root] });
      action.onDone?.(output, input);
    },
  });
}

function refuseOffline(): void {
  if (connectionView(connectionStore.getState(), Date.now()).kind !== "offline") return;
  throw new AppError("TRANSPORT_CLOSED", "The console is offline, so the action was not sent. Nothing is queued.");
}
