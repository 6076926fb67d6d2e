import type { ReactNode } from "react";
import classes from "./plain-table.module.css";

/** A small table that is neither sorted nor live: a head, and rows that the caller makes. */
export type PlainTableProps = {
  readonly heads: readonly string[];
  /** What it lists, for whoever reaches it by keyboard to scroll it. */
  readonly label: string;
  /** True adds a last column for the verbs of each row. */
  readonly hasVerbs?: boolean;
  /** `tr` elements. */
  readonly children: ReactNode;
};

/** The table of keys, tokens and rules. It scrolls sideways by itself where the page is narrow. */
export function PlainTable({ heads, label, hasVerbs = false, children }: PlainTableProps) {
  return (
    <div className={classes["scroll"]} role="region" aria-label={label} tabIndex={0}>
      <table className={classes["table"]}>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
            {hasVerbs && (
              <th scope="col">
                <span className={classes["hidden"]}>Actions</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

/** The cell of a row's verbs, at its end. */
export function VerbsCell({ children }: { readonly children: ReactNode }) {
  return <td className={classes["end"]}>{children}</td>;
}
