import { useState, type KeyboardEvent } from "react";

/** Keyboard in a table: one row has the tab stop; arrows, j and k, Home, End and Page keys move it, Enter opens it. */
export type RowKeys = {
  readonly active: number;
  readonly setActive: (at: number) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
};

const PAGE_ROWS = 10;

/** Where a key takes the cursor, or undefined when the key is not ours. */
export function moveCursor(key: string, at: number, count: number): number | undefined {
  const last = count - 1;
  const moves: Readonly<Record<string, number>> = {
    ArrowDown: at + 1,
    j: at + 1,
    ArrowUp: at - 1,
    k: at - 1,
    Home: 0,
    End: last,
    PageDown: at + PAGE_ROWS,
    PageUp: at - PAGE_ROWS,
  };
  const target = moves[key];
  return target === undefined ? undefined : Math.max(0, Math.min(last, target));
}

/** Keeps the cursor of a table. `focusRow` brings a row into view and gives it the focus. */
export function useRowKeys(count: number, letterKeys: boolean, focusRow: (at: number) => void, open: (at: number) => void): RowKeys {
  const [cursor, setCursor] = useState(0);
  const active = Math.max(0, Math.min(cursor, count - 1));
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
    const isRow = event.target instanceof HTMLElement && event.target.getAttribute("role") === "row";
    if (event.key === "Enter" && isRow) {
      event.preventDefault();
      open(active);
      return;
    }
    const target = event.key.length > 1 || letterKeys ? moveCursor(event.key, active, count) : undefined;
    if (target === undefined) return;
    event.preventDefault();
    setCursor(target);
    focusRow(target);
  };
  return { active, setActive: setCursor, onKeyDown };
}
