import { Skeleton } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./answer.module.css";
import { ErrorPanel, type ShownError } from "./error-panel.tsx";

/** A read, as far as showing it goes. */
export type Asked<T> = { readonly data: T | undefined; readonly error: ShownError | null; readonly refetch: () => unknown };

/**
 * Shows an answer once it is there: nothing for a moment, then the outline of `lines` rows, then the answer. An answer
 * that can no longer be renewed stays; the freshness indicator says so. Only without any answer does the error show.
 */
export function Answer<T>({
  of: asked,
  lines = 4,
  children,
}: {
  readonly of: Asked<T>;
  readonly lines?: number;
  readonly children: (data: T) => ReactNode;
}) {
  if (asked.data !== undefined) return children(asked.data);
  if (asked.error !== null) return <ErrorPanel error={asked.error} onRetry={() => void asked.refetch()} />;
  return (
    <div className={classes["waiting"]} role="group" aria-busy="true" aria-label="Loading">
      {Array.from({ length: lines }, (_, at) => (
        <Skeleton key={at} height={14} width={`${88 - ((at * 23) % 46)}%`} />
      ))}
    </div>
  );
}
