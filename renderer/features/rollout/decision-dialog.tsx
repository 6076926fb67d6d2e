import type { ContractClient } from "#shared/contract/index.ts";
import type { RolloutDetail, RolloutRow } from "#shared/contract/rollouts.ts";
import { ReasonDialog } from "../../components/reason-dialog.tsx";
import { useContractAction } from "../../data/use-contract-action.ts";
import { openWave } from "./view-model.ts";

/** Decisions that say what they do and ask why. */
export type Decision = "resume" | "continue" | "approve" | "abort";

type Spec = {
  readonly title: string;
  readonly verb: string;
  readonly minLength: number;
  readonly danger: boolean;
  readonly notDone: string;
  readonly words: (detail: RolloutDetail) => string;
  readonly run: (client: ContractClient, detail: RolloutDetail, reason: string) => Promise<RolloutRow>;
};

const SPECS: Readonly<Record<Decision, Spec>> = {
  resume: {
    title: "Resume the rollout",
    verb: "Resume rollout",
    minLength: 0,
    danger: false,
    notDone: "The rollout is still paused.",
    words: () => "Hosts of the open wave are offered the release again at once, and gates are judged from fresh reports only.",
    run: (client, { rollout }, reason) => client.rollouts.resume({ rolloutId: rollout.id, reason }),
  },
  continue: {
    title: "Continue although the gate tripped",
    verb: "Continue rollout",
    minLength: 3,
    danger: true,
    notDone: "The rollout stays tripped.",
    words: ({ waves }) =>
      `The failures of ${openWave(waves)?.groupName ?? "the wave"} are accepted: those hosts are set aside and keep what they run. The wave is open again for the others, and its gate is judged anew.`,
    run: (client, { rollout }, reason) => client.rollouts.continue({ rolloutId: rollout.id, reason }),
  },
  approve: {
    title: "Approve the next wave",
    verb: "Approve",
    minLength: 0,
    danger: false,
    notDone: "The wave was not approved.",
    words: ({ waves }) =>
      `With your approval the next wave opens as soon as the rest of ${openWave(waves)?.groupName ?? "the wave"}’s gate holds.`,
    run: (client, { waves }, reason) => client.rollouts.approve({ waveId: openWave(waves)?.id ?? "", reason }),
  },
  abort: {
    title: "Abort the rollout",
    verb: "Abort rollout",
    minLength: 0,
    danger: true,
    notDone: "The rollout goes on.",
    words: () => "It ends where it stands: hosts keep the version they run now, new or old. To take hosts back, roll back instead.",
    run: (client, { rollout }, reason) => client.rollouts.abort({ rolloutId: rollout.id, reason }),
  },
};

/** Says what the decision does, asks why, and does it. */
export function DecisionDialog({
  decision,
  detail,
  onClose,
}: {
  readonly decision: Decision;
  readonly detail: RolloutDetail;
  readonly onClose: () => void;
}) {
  const spec = SPECS[decision];
  const act = useContractAction({
    run: (client, reason: string) => spec.run(client, detail, reason),
    notDone: spec.notDone,
    stale: ["rollouts", "home", "hosts"],
    inline: true,
    onDone: onClose,
  });
  return (
    <ReasonDialog
      title={spec.title}
      verb={spec.verb}
      minLength={spec.minLength}
      danger={spec.danger}
      onClose={onClose}
      onConfirm={(reason) => act.mutate(reason)}
      busy={act.isPending}
      error={act.error}
    >
      <p>{spec.words(detail)}</p>
    </ReasonDialog>
  );
}
