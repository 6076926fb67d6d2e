import { useLocation } from "wouter";
import type { RollbackPreview, RolloutRow } from "#shared/contract/rollouts.ts";
import { Answer } from "../../components/answer.tsx";
import { ReasonDialog } from "../../components/reason-dialog.tsx";
import { VersionTag } from "../../components/version-tag.tsx";
import { keys } from "../../data/query-keys.ts";
import { useContractAction } from "../../data/use-contract-action.ts";
import { useContractQuery } from "../../data/use-contract-query.ts";
import classes from "./rollout.module.css";

/** What a rollback will do, to how many hosts, and what it will not undo; then it does it. */
export function RollbackDialog({ rollout, onClose }: { readonly rollout: RolloutRow; readonly onClose: () => void }) {
  const [, navigate] = useLocation();
  const input = { subscriptionIds: rollout.targets.map((target) => target.subscriptionId) };
  const preview = useContractQuery(keys.rollbackPreview(input), (client, signal) => client.rollouts.previewRollback(input, { signal }));
  const hosts = preview.data?.subscriptions.reduce((sum, one) => sum + one.hosts, 0) ?? 0;
  const back = useContractAction({
    run: (client, reason: string) => client.rollouts.rollback({ ...input, reason }),
    notDone: "Nothing was rolled back.",
    stale: ["rollouts", "home", "hosts", "fleets"],
    inline: true,
    onDone: (made) => {
      onClose();
      navigate(`/rollouts/${made.id}`);
    },
  });
  return (
    <ReasonDialog
      title="Roll back"
      verb={hosts === 1 ? "Roll back 1 host" : `Roll back ${hosts} hosts`}
      danger
      onClose={onClose}
      onConfirm={(reason) => back.mutate(reason)}
      busy={back.isPending || preview.data === undefined}
      error={back.error}
    >
      <Answer of={preview} lines={3}>
        {(answer) => <RollbackWords preview={answer} />}
      </Answer>
    </ReasonDialog>
  );
}

function RollbackWords({ preview }: { readonly preview: RollbackPreview }) {
  return (
    <div className={classes["rollback"]}>
      <ul className={classes["targets"]} aria-label="What goes back">
        {preview.subscriptions.map((one) => (
          <li key={one.subscriptionId} className={classes["rollbackRow"]}>
            <span>
              <strong>{one.groupName}</strong> {one.applicationName}
            </span>
            <span>
              <VersionTag version={one.fromVersion} tone="quiet" />
              <span aria-label="to" className={classes["arrow"]}>
                →
              </span>
              <VersionTag version={one.toVersion} />
            </span>
            <span className={classes["faint"]}>{slotText(one.hosts, one.hostsWithSlot)}</span>
            {one.detachesFrom !== undefined && (
              <span className={classes["faint"]}>leaves the channel {one.detachesFrom} until you re-attach it</span>
            )}
          </li>
        ))}
      </ul>
      {preview.supersedes.length > 0 && (
        <p className={classes["faint"]}>The rollout that runs now ends as superseded. All hosts go back at once, without waves.</p>
      )}
      {preview.notUndone.length > 0 && (
        <div>
          <strong>Not undone</strong>
          <ul className={classes["notUndone"]}>
            {preview.notUndone.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}

function slotText(hosts: number, withSlot: number): string {
  const count = hosts === 1 ? "1 host" : `${hosts} hosts`;
  if (hosts === 0) return "no hosts";
  if (withSlot === hosts) return `${count}, without a download`;
  return `${count}, ${withSlot} without a download`;
}
