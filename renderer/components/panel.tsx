import { useId, type ReactNode } from "react";
import { PanelBoundary } from "./panel-boundary.tsx";
import classes from "./panel.module.css";

/** One block of a page. */
export type PanelProps = {
  readonly title?: string;
  /** Beside the title, quiet: a count, a hint. */
  readonly note?: ReactNode;
  readonly actions?: ReactNode;
  /** True lets tables and lists reach the edge. */
  readonly flush?: boolean;
  readonly children: ReactNode;
};

/** A bordered block with a title. An error inside takes down this panel alone. */
export function Panel({ title, note, actions, flush = false, children }: PanelProps) {
  const id = useId();
  const hasHead = title !== undefined || actions !== undefined;
  return (
    <section className={classes["panel"]} {...(title === undefined ? {} : { "aria-labelledby": id })}>
      {hasHead && (
        <div className={classes["head"]}>
          {title !== undefined && (
            <h2 id={id} className={classes["title"]}>
              {title}
            </h2>
          )}
          {note !== undefined && <span className={classes["note"]}>{note}</span>}
          <div className={classes["actions"]}>{actions}</div>
        </div>
      )}
      <div className={flush ? undefined : classes["body"]}>
        <PanelBoundary>{children}</PanelBoundary>
      </div>
    </section>
  );
}
