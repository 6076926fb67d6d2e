import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { ContractClient } from "#shared/contract/index.ts";
import type { AppError } from "#shared/errors/app-error.ts";
import { useClient } from "./client-context.tsx";
import type { ContractKey } from "./query-keys.ts";

/** One page of a list, as the contract sends it. */
export type Page<R> = { readonly rows: readonly R[]; readonly nextCursor?: string | undefined; readonly total: number };

/** A list that is read page by page. */
export type Pages<R> = {
  readonly rows: readonly R[] | undefined;
  readonly total: number;
  readonly error: AppError | null;
  readonly refetch: () => unknown;
  readonly hasMore: boolean;
  /** Loads the next page unless one is loading already or none is left. */
  readonly more: () => void;
};

/** Reads a list page by page; `read` gets the cursor of the page before, or undefined for the first. */
export function useContractPages<R>(
  key: ContractKey,
  read: (client: ContractClient, cursor: string | undefined, signal: AbortSignal) => Promise<Page<R>>,
): Pages<R> {
  const client = useClient();
  const first: string | undefined = undefined;
  const query = useInfiniteQuery({
    queryKey: [...key, "pages"],
    queryFn: ({ pageParam, signal }: { pageParam: string | undefined; signal: AbortSignal }) => read(client, pageParam, signal),
    initialPageParam: first,
    getNextPageParam: (page: Page<R>): string | undefined => page.nextCursor,
  });
  const pages = query.data?.pages;
  const rows = useMemo(() => pages?.flatMap((page) => page.rows), [pages]);
  const more = () => {
    if (query.hasNextPage && !query.isFetchingNextPage) void query.fetchNextPage();
  };
  return { rows, total: pages?.[0]?.total ?? 0, error: query.error, refetch: query.refetch, hasMore: query.hasNextPage, more };
}
