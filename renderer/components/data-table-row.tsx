import type { MouseEvent } from "react";
import type { DataColumn } from "./data-table-columns.ts";
import classes from "./data-table.module.css";

type RowProps<R> = {
  readonly row: R;
  readonly columns: readonly DataColumn<R>[];
  readonly tracks: string;
  readonly index: number;
  readonly top: number;
  readonly height: number;
  readonly isActive: boolean;
  readonly isSelected: boolean;
  readonly onFocus: () => void;
  readonly onOpen: (() => void) | undefined;
};

const INNER_CONTROLS = "a, button, input, select, textarea, label";

/** One row of a table. A click anywhere but on a control of its own opens it. */
export function DataTableRow<R>({ row, columns, tracks, index, top, height, isActive, isSelected, onFocus, onOpen }: RowProps<R>) {
  const click = (event: MouseEvent) => {
    const isControl = event.target instanceof Element && event.target.closest(INNER_CONTROLS) !== null;
    const isSelecting = (getSelection()?.toString() ?? "") !== "";
    if (!isControl && !isSelecting) onOpen?.();
  };
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the grid handles the keys of all its rows
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      data-index={index}
      data-openable={onOpen !== undefined}
      tabIndex={isActive ? 0 : -1}
      className={classes["row"]}
      style={{ gridTemplateColumns: tracks, height, transform: `translateY(${top}px)` }}
      onClick={click}
      onFocus={onFocus}
    >
      {columns.map((column) => (
        <div key={column.id} role="gridcell" className={classes["cell"]} data-align={column.align ?? "start"}>
          {column.cell(row)}
        </div>
      ))}
    </div>
  );
}
