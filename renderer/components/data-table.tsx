import { useMediaQuery } from "@mantine/hooks";
import { useTable, type RowData, type SortingState } from "@tanstack/react-table";
import { useMemo, useState, type FocusEvent, type ReactNode } from "react";
import { tableParts, toColumnDefs, type DataColumn, type TableSort } from "./data-table-columns.ts";
import { DataTableGrid, type GridProps } from "./data-table-grid.tsx";
import classes from "./data-table.module.css";
import { useHeldRows } from "./use-held-rows.ts";

/** A table of live rows. */
export type DataTableProps<R extends RowData> = GridProps<R> & {
  /** Changes when the reader asks for other rows; then the order applies at once. */
  readonly orderKey?: string;
  /** CSS height the table may grow to before it scrolls. */
  readonly maxHeight?: string;
  /** Stands in place of the rows when there are none. */
  readonly empty?: ReactNode;
};

const WIDE = "(min-width: 1180px)";

/** A virtualised table: sticky head, sortable, complete by keyboard, and its rows never move under the pointer. */
export function DataTable<R extends RowData>(props: DataTableProps<R>) {
  const { rowKey, sort } = props;
  const isWide = useMediaQuery(WIDE, true, { getInitialValueInEffect: false });
  const columns = useMemo(() => props.columns.filter((column) => isWide || column.wideOnly !== true), [props.columns, isWide]);
  // Why state and not a ref: the rows are measured by a child, whose effects run before a ref of this one is set.
  const [scroller, setScroller] = useState<HTMLDivElement | null>(null);
  const hold = useHold();
  const sorted = useSortedRows(props.rows, columns, rowKey, sort);
  const held = useHeldRows(sorted, rowKey, hold.isHeld, `${props.orderKey ?? ""}|${sort?.column}|${sort?.descending}`);
  const tracks = columns.map((column) => column.width).join(" ");
  return (
    <div className={classes["frame"]} onPointerEnter={hold.onPointerEnter} onPointerLeave={hold.onPointerLeave}>
      {held.displaced > 0 && (
        <button type="button" className={classes["chip"]} onClick={held.release}>
          {held.displaced} {held.displaced === 1 ? "update" : "updates"} to the order
        </button>
      )}
      <div
        ref={setScroller}
        className={classes["scroller"]}
        style={{ maxHeight: props.maxHeight ?? "62vh" }}
        onFocus={hold.onFocus}
        onBlur={hold.onBlur}
      >
        <DataTableGrid {...props} columns={columns} rows={held.rows} tracks={tracks} scroller={scroller} />
        {held.rows.length === 0 && props.empty}
      </div>
    </div>
  );
}

function useSortedRows<R extends RowData>(
  rows: readonly R[],
  columns: readonly DataColumn<R>[],
  rowKey: (row: R) => string,
  sort: TableSort | undefined,
): readonly R[] {
  const defs = useMemo(() => toColumnDefs(columns), [columns]);
  const data = useMemo(() => [...rows], [rows]);
  const sorting: SortingState = sort === undefined ? [] : [{ id: sort.column, desc: sort.descending }];
  const table = useTable({ features: tableParts, columns: defs, data, getRowId: rowKey, state: { sorting } });
  return table.getRowModel().rows.map((row) => row.original);
}

/** Rows hold still while the pointer or the focus is in the table. */
function useHold() {
  const [hasPointer, setPointer] = useState(false);
  const [hasFocus, setFocus] = useState(false);
  return {
    isHeld: hasPointer || hasFocus,
    onPointerEnter: () => setPointer(true),
    onPointerLeave: () => setPointer(false),
    onFocus: () => setFocus(true),
    onBlur: (event: FocusEvent) => !event.currentTarget.contains(event.relatedTarget) && setFocus(false),
  };
}
