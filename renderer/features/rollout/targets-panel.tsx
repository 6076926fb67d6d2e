import { Link } from "wouter";
import type { RolloutRow } from "#shared/contract/rollouts.ts";
import { Panel } from "../../components/panel.tsx";
import { VersionTag } from "../../components/version-tag.tsx";
import classes from "./rollout.module.css";

/** What the rollout does to each subscription: from which version to which. */
export function TargetsPanel({ rollout }: { readonly rollout: RolloutRow }) {
  return (
    <Panel title="Subscriptions" note={`${rollout.targets.length}`} flush>
      <ul className={classes["targets"]}>
        {rollout.targets.map((target) => (
          <li key={target.subscriptionId} className={classes["target"]}>
            <span>{target.groupName}</span>
            <Link className="rc-link" href={`/applications/${target.applicationId}`}>
              {target.applicationName}
            </Link>
            <span className={classes["push"]}>
              {target.fromVersion === undefined ? (
                <span className={classes["faint"]}>nothing</span>
              ) : (
                <VersionTag version={target.fromVersion} />
              )}
              <span aria-label="to" className={classes["arrow"]}>
                →
              </span>
              <VersionTag version={target.toVersion} />
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
