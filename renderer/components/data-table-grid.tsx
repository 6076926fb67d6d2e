import { useVirtualizer, type VirtualItem } from "@tanstack/react-virtual";
import { useEffect } from "react";
import type { DataColumn, TableSort } from "./data-table-columns.ts";
import { DataTableHead } from "./data-table-head.tsx";
import { DataTableRow } from "./data-table-row.tsx";
import classes from "./data-table.module.css";
import { useRowKeys } from "./use-row-keys.ts";

/** What a table shows and what can be done with its rows. */
export type GridProps<R> = {
  /** What the rows are, for screen readers: "Hosts of edge". */
  readonly label: string;
  readonly rows: readonly R[];
  /** Keep the array stable between renders. */
  readonly columns: readonly DataColumn<R>[];
  readonly rowKey: (row: R) => string;
  /** Undefined keeps the order that the rows come in. */
  readonly sort?: TableSort | undefined;
  readonly onSort?: (sort: TableSort) => void;
  readonly onOpen?: (row: R) => void;
  /** The row whose drawer is open. */
  readonly selectedKey?: string | undefined;
  /** All rows of the filter, where `rows` is only what is loaded. */
  readonly totalRows?: number;
  /** Called when the end comes into view, to load more. May be called again before more has come. */
  readonly onEnd?: () => void;
  readonly rowHeight?: number;
  /** False turns j and k off. */
  readonly letterKeys?: boolean;
};

const ROW_HEIGHT = 40;
const END_ROWS = 20;

/** The grid itself: only the rows in view are drawn, one of them has the tab stop. */
export function DataTableGrid<R>(props: GridProps<R> & { readonly tracks: string; readonly scroller: HTMLDivElement | null }) {
  const { rows, columns, tracks, scroller, onEnd, onOpen } = props;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller,
    estimateSize: () => props.rowHeight ?? ROW_HEIGHT,
    overscan: 12,
    scrollPaddingStart: 36,
  });
  const items = virtual.getVirtualItems();
  const lastShown = items[items.length - 1]?.index ?? -1;
  useEffect(() => {
    if (lastShown >= rows.length - END_ROWS && rows.length > 0) onEnd?.();
  }, [lastShown, rows.length, onEnd]);
  const openAt = (at: number) => {
    const row = rows[at];
    if (row !== undefined) onOpen?.(row);
  };
  const focusRow = (at: number) => {
    virtual.scrollToIndex(at);
    requestAnimationFrame(() => scroller?.querySelector<HTMLElement>(`[data-index="${at}"]`)?.focus());
  };
  const cursor = useRowKeys(rows.length, props.letterKeys ?? true, focusRow, openAt);
  const draw = (item: VirtualItem) => {
    const row = rows[item.index];
    if (row === undefined) return null;
    const key = props.rowKey(row);
    const open = onOpen === undefined ? undefined : () => openAt(item.index);
    const place = { index: item.index, top: item.start, height: item.size };
    const state = { isActive: item.index === cursor.active, isSelected: key === props.selectedKey };
    return (
      <DataTableRow
        key={key}
        row={row}
        columns={columns}
        tracks={tracks}
        {...place}
        {...state}
        onFocus={() => cursor.setActive(item.index)}
        onOpen={open}
      />
    );
  };
  return (
    <div
      role="grid"
      tabIndex={-1}
      aria-label={props.label}
      aria-rowcount={(props.totalRows ?? rows.length) + 1}
      aria-colcount={columns.length}
      onKeyDown={cursor.onKeyDown}
    >
      <DataTableHead columns={columns} tracks={tracks} sort={props.sort} onSort={props.onSort} />
      <div role="rowgroup" className={classes["body"]} style={{ height: virtual.getTotalSize() }}>
        {items.map(draw)}
      </div>
    </div>
  );
}
