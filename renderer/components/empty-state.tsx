import type { ReactNode } from "react";
import { CopyLine } from "./copy-line.tsx";
import classes from "./empty-state.module.css";

/** What is not there yet, why one would want it, and how to get it: from here and from a shell. */
export type EmptyStateProps = {
  readonly icon?: ReactNode;
  readonly title: string;
  /** One sentence that teaches. */
  readonly children: ReactNode;
  readonly action?: ReactNode;
  readonly cli?: string;
};

/** An empty place that teaches. For "nothing matches the filter" use {@link NothingMatches}. */
export function EmptyState({ icon, title, children, action, cli }: EmptyStateProps) {
  return (
    <div className={classes["empty"]}>
      {icon !== undefined && <div className={classes["icon"]}>{icon}</div>}
      <p className={classes["title"]}>{title}</p>
      <div className={classes["text"]}>{children}</div>
      {action !== undefined && <div className={classes["action"]}>{action}</div>}
      {cli !== undefined && (
        <div className={classes["cli"]}>
          <span className={classes["or"]}>or from a shell</span>
          <CopyLine text={cli} what="the command" />
        </div>
      )}
    </div>
  );
}
