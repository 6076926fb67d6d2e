import type { ReactNode } from "react";
import { StatusShape } from "../../components/status-shape.tsx";
import type { Status } from "../../styles/status-tokens.ts";
import classes from "./reported.module.css";

/** A sentence about how a host runs an application; the shape says at a glance whether something waits. */
export function Note({ status, children }: { readonly status: Status; readonly children: ReactNode }) {
  return (
    <div className={classes["note"]}>
      <StatusShape status={status} size={13} />
      <span>{children}</span>
    </div>
  );
}
