import type { ReactNode } from "react";
import { useEffect } from "react";
import { Link } from "wouter";
import classes from "./page-header.module.css";

/** Where a page stands, what it is, and what can be done there. Also names the browser's tab. */
export type PageHeaderProps = {
  readonly title: string;
  /** Beside the title: a status, a version. */
  readonly aside?: ReactNode;
  /** One line under the title. */
  readonly lead?: ReactNode;
  readonly parents?: readonly { readonly href: string; readonly name: string }[];
  /** Actions, always top right, the primary one last. */
  readonly actions?: ReactNode;
};

/** The head of a page. */
export function PageHeader({ title, aside, lead, parents = [], actions }: PageHeaderProps) {
  useEffect(() => {
    document.title = `${title} · Rollcall`;
  }, [title]);
  return (
    <header className={classes["header"]}>
      <div className={classes["words"]}>
        {parents.length > 0 && (
          <nav aria-label="Breadcrumb" className={classes["parents"]}>
            {parents.map((parent) => (
              <span key={parent.href}>
                <Link className="rc-link" href={parent.href}>
                  {parent.name}
                </Link>
                <span aria-hidden="true" className={classes["slash"]}>
                  /
                </span>
              </span>
            ))}
          </nav>
        )}
        <div className={classes["title"]}>
          <h1>{title}</h1>
          {aside}
        </div>
        {lead !== undefined && <div className={classes["lead"]}>{lead}</div>}
      </div>
      {actions !== undefined && <div className={classes["actions"]}>{actions}</div>}
    </header>
  );
}
