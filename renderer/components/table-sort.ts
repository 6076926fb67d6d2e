import type { TableSort } from "./data-table-columns.ts";

/** Reads a table's sort from the URL: `name` or `-hosts`. Without one, `fallback`. */
export function readTableSort(text: string | null, fallback: TableSort): TableSort {
  if (text === null || text === "") return fallback;
  return text.startsWith("-") ? { column: text.slice(1), descending: true } : { column: text, descending: false };
}

/** Writes a table's sort for the URL. */
export function writeTableSort(sort: TableSort): string {
  return `${sort.descending ? "-" : ""}${sort.column}`;
}
