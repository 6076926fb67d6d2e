import type { ReactNode } from "react";
import classes from "./fact-list.module.css";

/** One named fact. */
export type Fact = { readonly name: string; readonly value: ReactNode };

/** Facts as names and values, in one column or as a row of tiles. */
export function FactList({ facts, layout = "rows" }: { readonly facts: readonly Fact[]; readonly layout?: "rows" | "tiles" }) {
  return (
    <dl className={classes[layout]}>
      {facts.map((fact) => (
        <div key={fact.name} className={classes["fact"]}>
          <dt>{fact.name}</dt>
          <dd>{fact.value}</dd>
        </div>
      ))}
    </dl>
  );
}
