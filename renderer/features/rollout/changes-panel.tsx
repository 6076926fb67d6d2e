import { Link } from "wouter";
import type { RolloutRow } from "#shared/contract/rollouts.ts";
import { CopyLine } from "../../components/copy-line.tsx";
import { Panel } from "../../components/panel.tsx";
import { VersionTag } from "../../components/version-tag.tsx";
import { keys } from "../../data/query-keys.ts";
import { useContractQuery } from "../../data/use-contract-query.ts";
import classes from "./rollout.module.css";
import { changesOf, watchCli, type Change } from "./view-model.ts";

/** What the rollout changes: from which version to which, in which groups, and what the release's notes say. */
export function ChangesPanel({ rollout }: { readonly rollout: RolloutRow }) {
  return (
    <Panel title="What it changes" flush>
      <ul className={classes["targets"]}>
        {changesOf(rollout.targets).map((change) => (
          <ChangeItem key={`${change.applicationId}${change.from ?? ""}`} change={change} />
        ))}
      </ul>
      <details className={classes["cli"]}>
        <summary>Watch it from a shell</summary>
        <CopyLine text={watchCli(rollout.id)} what="the command" />
      </details>
    </Panel>
  );
}

function ChangeItem({ change }: { readonly change: Change }) {
  const release = useContractQuery(keys.release(change.toReleaseId), (client, signal) =>
    client.releases.get({ releaseId: change.toReleaseId }, { signal }),
  ).data;
  return (
    <li>
      <div className={classes["target"]}>
        <Link className="rc-link" href={`/applications/${change.applicationId}?release=${change.toReleaseId}`}>
          {change.applicationName}
        </Link>
        <span className={classes["faint"]}>in {change.groups.join(", ")}</span>
        <span className={classes["push"]}>
          {change.from === undefined ? (
            <span className={classes["faint"]}>nothing</span>
          ) : (
            <VersionTag version={change.from} tone="quiet" />
          )}
          <span aria-label="to" className={classes["arrow"]}>
            →
          </span>
          <VersionTag version={change.to} />
        </span>
      </div>
      {release !== undefined && release.notes !== "" && <p className={classes["notes"]}>{release.notes}</p>}
    </li>
  );
}
