import { useTable, type RowData, type SortingState } from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useMemo, useRef, useState, type ReactNode } from "react";
import { tableParts, toColumnDefs, type DataColumn, type TableSort } from "./data-table-columns.ts";
import { DataTableHead } from "./data-table-head.tsx";
import { DataTableRow } from "./data-table-row.tsx";
import classes from "./data-table.module.css";
import { useHeldRows } from "./use-held-rows.ts";
import { useRowKeys } from "./use-row-keys.ts";

/** A table of live rows. */
export type DataTableProps<R extends RowData> = {
  /** What the rows are, for screen readers: "Hosts of edge". */
  readonly label: string;
  readonly rows: readonly R[];
  readonly columns: readonly DataColumn<R>[];
  readonly rowKey: (row: R) => string;
  /** Undefined keeps the order that the rows come in. */
  readonly sort?: TableSort | undefined;
  readonly onSort?: (sort: TableSort) => void;
  readonly onOpen?: (row: R) => void;
  /** The row whose drawer is open. */
  readonly selectedKey?: string | undefined;
  /** All rows of the filter where `rows` is only what is loaded. */
  readonly totalRows?: number;
  /** Called when the end comes into view, to load more. */
  readonly onEnd?: () => void;
  /** Changes when the reader asks for other rows; then the order applies at once. */
  readonly orderKey?: string;
  readonly rowHeight?: number;
  /** CSS height the table may grow to before it scrolls. */
  readonly maxHeight?: string;
  readonly letterKeys?: boolean;
  /** Stands in place of the rows when there are none. */
  readonly empty?: ReactNode;
};

/** A virtualised table: sticky head, sortable, complete by keyboard, and its rows never move under the pointer. */
export function DataTable<R extends RowData>(props: DataTableProps<R>) {
  const { rows, columns, rowKey, sort, orderKey = "", rowHeight = 40, letterKeys = true } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [isHeld, setHeld] = useState(false);
  const defs = useMemo(() => toColumnDefs(columns), [columns]);
  const data = useMemo(() => [...rows], [rows]);
  const sorting: SortingState = sort === undefined ? [] : [{ id: sort.column, desc: sort.descending }];
  const table = useTable({ features: tableParts, columns: defs, data, getRowId: rowKey, state: { sorting } });
  const sorted = table.getRowModel().rows.map((row) => row.original);
  const held = useHeldRows(sorted, rowKey, isHeld, `${orderKey}|${sort?.column}|${sort?.descending}`);
  const virtual = useVirtualizer({ count: held.rows.length, getScrollElement: () => scroller.current, estimateSize: () => rowHeight, overscan: 12, scrollPaddingStart: 36 });
  const openAt = (at: number) => {
    const row = held.rows[at];
    if (row !== undefined) props.onOpen?.(row);
  };
  const focusRow = (at: number) => {
    virtual.scrollToIndex(at);
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[data-index="${at}"]`)?.focus());
  };
  const cursor = useRowKeys(held.rows.length, letterKeys, focusRow, openAt);
  const tracks = columns.map((column) => column.width).join(" ");
  const items = virtual.getVirtualItems();
  const last = items[items.length - 1]?.index ?? 0;
  return (
    <div className={classes["frame"]} onPointerEnter={() => setHeld(true)} onPointerLeave={() => setHeld(false)}>
      {held.displaced > 0 && (
        <button type="button" className={classes["chip"]} onClick={held.release}>
          {held.displaced} {held.displaced === 1 ? "update" : "updates"} to the order
        </button>
      )}
      <div
        ref={scroller}
        className={classes["scroller"]}
        style={{ maxHeight: props.maxHeight ?? "62vh" }}
        onScroll={() => props.onEnd !== undefined && last >= held.rows.length - 20 && props.onEnd()}
        onFocus={() => setHeld(true)}
        onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && setHeld(false)}
      >
        <div role="grid" aria-label={props.label} aria-rowcount={(props.totalRows ?? held.rows.length) + 1} aria-colcount={columns.length} onKeyDown={cursor.onKeyDown} className={classes["table"]}>
          <DataTableHead columns={columns} tracks={tracks} sort={sort} onSort={props.onSort} />
          <div role="rowgroup" className={classes["body"]} style={{ height: virtual.getTotalSize() }}>
            {items.map((item) => {
              const row = held.rows[item.index];
              if (row === undefined) return null;
              const key = rowKey(row);
              return (
                <DataTableRow
                  key={key}
                  row={row}
                  columns={columns}
                  tracks={tracks}
                  index={item.index}
                  top={item.start}
                  height={rowHeight}
                  isActive={item.index === cursor.active}
                  isSelected={key === props.selectedKey}
                  onFocus={() => cursor.setActive(item.index)}
                  onOpen={props.onOpen === undefined ? undefined : () => openAt(item.index)}
                />
              );
            })}
          </div>
        </div>
        {held.rows.length === 0 && props.empty}
      </div>
    </div>
  );
}
