import { useLocation } from "wouter";
import type { RollbackPreview, RolloutRow } from "#shared/contract/rollouts.ts";
import { Answer } from "../../components/answer.tsx";
import { ReasonDialog } from "../../components/reason-dialog.tsx";
import { VersionTag } from "../../components/version-tag.tsx";
import { keys } from "../../data/query-keys.ts";
import { useContractAction } from "../../data/use-contract-action.ts";
import { useContractQuery } from "../../data/use-contract-query.ts";
import classes from "./rollout.module.css";
import { rollbackConsequences, slotWords } from "./rollback-words.ts";

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
      title={`Roll back ${rollout.title}`}
      verb={preview.data === undefined ? "Roll back" : hosts === 1 ? "Roll back 1 host" : `Roll back ${hosts} hosts`}
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
            <span className={classes["soft"]}>{slotWords(one.hosts, one.hostsWithSlot)}</span>
          </li>
        ))}
      </ul>
      <Sentences title="What happens" sentences={rollbackConsequences(preview)} />
      <Sentences title="What it does not undo" sentences={preview.notUndone} />
    </div>
  );
}

function Sentences({ title, sentences }: { readonly title: string; readonly sentences: readonly string[] }) {
  if (sentences.length === 0) return null;
  return (
    <div>
      <strong>{title}</strong>
      <ul className={classes["notUndone"]}>
        {sentences.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </div>
  );
}
