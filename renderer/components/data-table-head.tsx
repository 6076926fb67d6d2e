import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import type { DataColumn, TableSort } from "./data-table-columns.ts";
import classes from "./data-table.module.css";

type HeadProps<R> = {
  readonly columns: readonly DataColumn<R>[];
  readonly tracks: string;
  readonly sort: TableSort | undefined;
  readonly onSort: ((sort: TableSort) => void) | undefined;
};

/** The sticky head of a table. A column that sorts is a button; the sorted one says which way. */
export function DataTableHead<R>({ columns, tracks, sort, onSort }: HeadProps<R>) {
  return (
    <div role="rowgroup" className={classes["head"]}>
      <div role="row" aria-rowindex={1} className={classes["headRow"]} style={{ gridTemplateColumns: tracks }}>
        {columns.map((column) => {
          const isSorted = sort?.column === column.id;
          const direction = sort?.descending === true ? "descending" : "ascending";
          const canSort = column.sortValue !== undefined && onSort !== undefined;
          return (
            <div
              key={column.id}
              role="columnheader"
              className={classes["headCell"]}
              data-align={column.align ?? "start"}
              {...(isSorted ? { "aria-sort": direction } : {})}
            >
              {canSort ? (
                <button
                  type="button"
                  className={classes["sorter"]}
                  onClick={() => onSort({ column: column.id, descending: isSorted && sort?.descending !== true })}
                >
                  {column.header}
                  <span className={classes["arrow"]} data-shown={isSorted} aria-hidden="true">
                    {isSorted && sort?.descending === true ? <IconArrowDown size={12} /> : <IconArrowUp size={12} />}
                  </span>
                </button>
              ) : (
                column.header
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}
