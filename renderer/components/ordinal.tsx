import type { ReactNode } from "react";
import classes from "./ordinal.module.css";

/** The place of something in an order that people see anyway: a number in a circle, silent to screen readers. */
export function Ordinal({ children }: { readonly children: ReactNode }) {
  return (
    <span className={classes["ordinal"]} aria-hidden="true">
      {children}
    </span>
  );
}
