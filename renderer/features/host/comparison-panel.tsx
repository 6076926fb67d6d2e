import type { HostDetail } from "#shared/contract/fleets.ts";
import { EmptyState } from "../../components/empty-state.tsx";
import { Panel } from "../../components/panel.tsx";
import { StatusBadge } from "../../components/status-badge.tsx";
import { VersionTag } from "../../components/version-tag.tsx";
import classes from "./host.module.css";
import { ReportedDetails } from "./reported-details.tsx";
import { ReportedSide } from "./reported-side.tsx";
import { compare, type Comparison } from "./view-model.ts";

/** Desired and reported, side by side, one row an application. */
export function ComparisonPanel({ detail }: { readonly detail: HostDetail }) {
  const rows = compare(detail);
  return (
    <Panel title="Desired and reported" flush>
      {rows.length === 0 ? (
        <EmptyState title="Nothing to run">
          The group {detail.host.groupName} is subscribed to no application, so this host is left alone. Subscribe the group on its fleet’s
          page.
        </EmptyState>
      ) : (
        rows.map((row) => <ComparisonRow key={row.applicationId} row={row} detail={detail} />)
      )}
    </Panel>
  );
}

const DECISIONS = { offer: "Offered now", hold: "Held", current: "Nothing to do", alone: "Left alone" } as const;

function ComparisonRow({ row, detail }: { readonly row: Comparison; readonly detail: HostDetail }) {
  return (
    <section className={classes["comparison"]} aria-label={row.name}>
      <div className={classes["comparisonHead"]}>
        <h3>{row.name}</h3>
        <StatusBadge status={row.verdict.status} word={row.verdict.word} />
      </div>
      <div className={classes["sides"]}>
        <div className={classes["side"]}>
          <span className={classes["sideName"]}>Desired</span>
          {row.desired === undefined ? (
            <span className={classes["faint"]}>nothing: no subscription of its group wants it</span>
          ) : (
            <>
              <VersionTag version={row.desired.version} />
              <div className={classes["reason"]}>
                <strong>{DECISIONS[row.desired.decision]}:</strong> {row.desired.reason}
              </div>
            </>
          )}
        </div>
        <div className={classes["side"]}>
          <span className={classes["sideName"]}>Reported</span>
          {row.reported === undefined ? <span className={classes["faint"]}>not a word yet</span> : <ReportedSide reported={row.reported} />}
        </div>
      </div>
      {row.reported !== undefined && <ReportedDetails reported={row.reported} detail={detail} row={row} />}
    </section>
  );
}
