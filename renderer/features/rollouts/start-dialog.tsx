import { Select, TextInput } from "@mantine/core";
import { useState } from "react";
import { useLocation } from "wouter";
import type { FleetRow } from "#shared/contract/fleets.ts";
import { DialogFrame } from "../../components/dialog-frame.tsx";
import { keys } from "../../data/query-keys.ts";
import { useContractAction } from "../../data/use-contract-action.ts";
import { useContractQuery } from "../../data/use-contract-query.ts";
import { GateFields } from "./gate-fields.tsx";
import { firstPlan, startVerb, toPlanInput, type PlanDraft } from "./plan-draft.ts";
import { PreviewPanel } from "./preview-panel.tsx";
import { ReleaseFields } from "./release-fields.tsx";
import classes from "./rollouts.module.css";
import { WaveFields } from "./wave-fields.tsx";

type StartDialogProps = { readonly fleetId: string | undefined; readonly releaseId: string | undefined; readonly onClose: () => void };

/** Plans a rollout with a dry run beside it, and starts what was shown. */
export function StartDialog({ fleetId, releaseId, onClose }: StartDialogProps) {
  const fleets = useContractQuery(keys.fleets(), (client, signal) => client.fleets.list(undefined, { signal }));
  const [draft, setDraft] = useState<PlanDraft | undefined>();
  const all = fleets.data ?? [];
  const wished = all.find((one) => one.id === fleetId) ?? (all.length === 1 ? all[0] : undefined);
  const plan = draft ?? (wished && firstPlan(wished));
  const fleet = all.find((one) => one.id === plan?.fleetId);
  return <PlanForm fleets={all} fleet={fleet} plan={plan} wishedRelease={releaseId} onPlan={setDraft} onClose={onClose} />;
}

type PlanFormProps = {
  readonly fleets: readonly FleetRow[];
  readonly fleet: FleetRow | undefined;
  readonly plan: PlanDraft | undefined;
  readonly wishedRelease: string | undefined;
  readonly onPlan: (plan: PlanDraft) => void;
  readonly onClose: () => void;
};

function PlanForm({ fleets, fleet, plan, wishedRelease, onPlan, onClose }: PlanFormProps) {
  const [reason, setReason] = useState("");
  const dry = useDryRun(plan);
  const start = useStart(onClose);
  const supersede = (dry.preview?.activeRolloutIds.length ?? 0) > 0;
  const submit = () => {
    if (dry.input !== undefined && dry.preview !== undefined)
      start.mutate({ ...dry.input, salt: dry.preview.salt, reason: reason.trim(), supersede });
  };
  return (
    <DialogFrame
      title="Start a rollout"
      size={860}
      onClose={onClose}
      verb={startVerb(dry.preview)}
      onSubmit={submit}
      isReady={dry.isJudged && (dry.preview?.totalHosts ?? 0) > 0}
      busy={start.isPending}
      error={start.error}
      notDone="No rollout was started."
    >
      <Select
        label="Fleet"
        placeholder={fleets.length === 0 ? "There is no fleet yet" : "Choose a fleet"}
        data={fleets.map((one) => ({ value: one.id, label: one.name }))}
        value={fleet?.id ?? null}
        onChange={(id) => {
          const next = fleets.find((one) => one.id === id);
          if (next !== undefined) onPlan(firstPlan(next));
        }}
        allowDeselect={false}
        data-autofocus
      />
      {fleet !== undefined && plan !== undefined && (
        <div className={classes["plan"]}>
          <div className={classes["planFields"]}>
            <ReleaseFields fleet={fleet} plan={plan} wished={wishedRelease} onPlan={onPlan} />
            <WaveFields fleet={fleet} plan={plan} onPlan={onPlan} />
            <GateFields gate={plan.gate} onChange={(gate) => onPlan({ ...plan, gate })} />
            <TextInput
              label="Reason"
              description="Optional. It stands in the audit."
              value={reason}
              onChange={(event) => setReason(event.currentTarget.value)}
              maxLength={500}
            />
          </div>
          <PreviewPanel preview={dry.preview} missing={dry.missing} error={dry.error} />
        </div>
      )}
    </DialogFrame>
  );
}

/** The dry run of the plan as it stands. While a changed plan is being judged, the last answer stays. */
function useDryRun(plan: PlanDraft | undefined) {
  const ready = plan === undefined ? undefined : toPlanInput(plan);
  const input = ready !== undefined && "input" in ready ? ready.input : undefined;
  const asked = useContractQuery(
    keys.rolloutPreview(input),
    (client, signal) => client.rollouts.preview(input ?? { fleetId: "", releaseIds: [], waves: [] }, { signal }),
    { enabled: input !== undefined, keepsLast: true },
  );
  return {
    input,
    preview: input === undefined ? undefined : asked.data,
    isJudged: input !== undefined && asked.data !== undefined && !asked.isPlaceholderData,
    missing: ready !== undefined && "missing" in ready ? ready.missing : undefined,
    error: asked.error,
  };
}

function useStart(onClose: () => void) {
  const [, navigate] = useLocation();
  return useContractAction({
    run: (client, input: Parameters<typeof client.rollouts.start>[0]) => client.rollouts.start(input),
    notDone: "No rollout was started.",
    stale: ["rollouts", "home", "fleets"],
    inline: true,
    onDone: (made) => {
      onClose();
      navigate(`/rollouts/${made.id}`);
    },
  });
}
