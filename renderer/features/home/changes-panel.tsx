import { Link } from "wouter";
import type { HomeOverview } from "#shared/contract/rollouts.ts";
import { Panel } from "../../components/panel.tsx";
import { TimeAgo } from "../../components/time-ago.tsx";
import { actorName } from "../../components/actor-name.ts";
import classes from "./home.module.css";

const SHOWN = 12;

/** What changed last, and by whom. All of it stands in the audit. */
export function ChangesPanel({ changes }: { readonly changes: HomeOverview["changes"] }) {
  const all = (
    <Link className={`rc-link ${classes["small"]}`} href="/audit">
      Audit
    </Link>
  );
  return (
    <Panel title="Changed" flush actions={all}>
      {changes.length === 0 ? (
        <p className={classes["quiet"]}>Nothing has changed yet. Whatever anyone does here is recorded and can be exported.</p>
      ) : (
        <ol className={classes["changes"]}>
          {changes.slice(0, SHOWN).map((change) => (
            <li key={`${change.at}${change.text}`} className={classes["change"]}>
              <Link className={`rc-link ${classes["changeText"]}`} href={change.href}>
                {change.text}
              </Link>
              <div className={classes["faint"]}>
                {actorName(change.actor)} · <TimeAgo at={change.at} />
              </div>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}
