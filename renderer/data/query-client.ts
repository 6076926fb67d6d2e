import { MutationCache, QueryClient } from "@tanstack/react-query";
import type { AppError } from "#shared/errors/app-error.ts";
import { clientError } from "./client-error.ts";

/** What an action says about itself, for the error pipeline. */
export type ActionMeta = {
  /** What was not done, as a sentence: "The rollout was not paused." */
  readonly notDone: string;
  /** The action shows its errors itself, beside the field or in its dialog. */
  readonly inline: boolean;
};

declare module "@tanstack/react-query" {
  interface Register {
    mutationMeta: ActionMeta;
    defaultError: AppError;
  }
}

/**
 * The cache of server data. Reads that may succeed later are tried twice more; an action is never repeated by itself.
 * `onActionFailed` shows what an action did not do, unless the action shows it in place.
 */
export function createQueryClient(onActionFailed: (error: AppError, notDone: string) => void): QueryClient {
  return new QueryClient({
    mutationCache: new MutationCache({
      onError: (thrown, _input, _context, mutation) => {
        const meta = mutation.options.meta;
        if (meta !== undefined && !meta.inline) onActionFailed(clientError(thrown), meta.notDone);
      },
    }),
    defaultOptions: {
      queries: {
        networkMode: "always",
        staleTime: 60_000,
        retry: (failures, error) => failures < 2 && clientError(error).retryable,
        retryDelay: (attempt) => 400 * 2 ** attempt,
        refetchOnWindowFocus: false,
      },
      mutations: { networkMode: "always", retry: false },
    },
  });
}
