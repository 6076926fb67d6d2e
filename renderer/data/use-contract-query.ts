import { keepPreviousData, useQuery, type UseQueryResult } from "@tanstack/react-query";
import type { ContractClient } from "#shared/contract/index.ts";
import type { AppError } from "#shared/errors/app-error.ts";
import { useClient } from "./client-context.tsx";
import type { ContractKey } from "./query-keys.ts";

/** How a read behaves beyond the defaults. */
export type ReadOptions = {
  /** False waits: the id it needs is not known yet. */
  readonly enabled?: boolean;
  /** Reads again this often, in milliseconds, for what no event tells. */
  readonly everyMs?: number;
  /** True shows the answer to the key before while the new one is on its way; `isPlaceholderData` tells. */
  readonly keepsLast?: boolean;
};

/** Reads through the contract and stays fresh by the live feed. Errors arrive as AppError. */
export function useContractQuery<T>(
  key: ContractKey,
  read: (client: ContractClient, signal: AbortSignal) => Promise<T>,
  options: ReadOptions = {},
): UseQueryResult<T, AppError> {
  const client = useClient();
  return useQuery<T, AppError>({
    queryKey: key,
    queryFn: ({ signal }) => read(client, signal),
    enabled: options.enabled ?? true,
    ...(options.everyMs === undefined ? {} : { refetchInterval: options.everyMs }),
    ...(options.keepsLast === true ? { placeholderData: keepPreviousData } : {}),
  });
}
