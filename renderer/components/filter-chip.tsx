import type { ReactNode } from "react";
import classes from "./filter-chip.module.css";

type FilterChipProps = {
  readonly children: ReactNode;
  /** Rows that it would leave. */
  readonly count: number;
  readonly isOn: boolean;
  readonly onToggle: () => void;
};

/** A usual condition of a filter, a click away. */
export function FilterChip({ children, count, isOn, onToggle }: FilterChipProps) {
  return (
    <button type="button" className={classes["chip"]} aria-pressed={isOn} onClick={onToggle}>
      {children} <span className={classes["count"]}>{count}</span>
    </button>
  );
}

/** Chips that stand together. */
export function FilterChips({ children }: { readonly children: ReactNode }) {
  return <div className={classes["chips"]}>{children}</div>;
}

type ShownCountProps = { readonly shown: number; readonly total: number; readonly one: string; readonly children?: ReactNode };

/** How many rows a filter leaves: "12 of 40", or "40 hosts" when it leaves all. `one` is what a single row is called. */
export function ShownCount({ shown, total, one, children }: ShownCountProps) {
  return (
    <span className={classes["shown"]} role="status">
      {shown === total ? `${total} ${total === 1 ? one : `${one}s`}` : `${shown} of ${total}`}
      {children}
    </span>
  );
}
