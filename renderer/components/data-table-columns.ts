import { createSortedRowModel, rowSortingFeature, tableFeatures, type ColumnDef, type RowData } from "@tanstack/react-table";
import type { ReactNode } from "react";

/** The parts of the table library that we use: rows and their order, nothing else. */
export const tableParts = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() });

/** What a column can be ordered by. Undefined goes last, whichever way it is sorted. */
export type SortValue = string | number | undefined;

/** Which column sorts, and which way. */
export type TableSort = { readonly column: string; readonly descending: boolean };

/** One column of a {@link DataTable}. */
export type DataColumn<R> = {
  readonly id: string;
  readonly header: string;
  /** A grid track: "minmax(160px, 2fr)", "96px". */
  readonly width: string;
  readonly cell: (row: R) => ReactNode;
  /** Absent: the column does not sort. */
  readonly sortValue?: (row: R) => SortValue;
  readonly align?: "start" | "end";
  /** Left out where the window is narrow. */
  readonly wideOnly?: boolean;
};

/** Natural order for text ("node-2" before "node-10"), numbers by size. */
export function compareSortValues(left: SortValue, right: SortValue): number {
  if (typeof left === "number" && typeof right === "number") return left - right;
  return COLLATOR.compare(String(left ?? ""), String(right ?? ""));
}

const COLLATOR = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/** Puts our columns into the library's form. */
export function toColumnDefs<R extends RowData>(columns: readonly DataColumn<R>[]): ColumnDef<typeof tableParts, R, unknown>[] {
  return columns.map((column) => ({
    id: column.id,
    header: column.header,
    accessorFn: (row: R): unknown => column.sortValue?.(row),
    enableSorting: column.sortValue !== undefined,
    sortUndefined: "last",
    sortFn: (left, right) => compareSortValues(column.sortValue?.(left.original), column.sortValue?.(right.original)),
  }));
}
