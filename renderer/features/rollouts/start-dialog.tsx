import { useState } from "react";
import { useLocation } from "wouter";
import type { ReleaseRow } from "#shared/contract/applications.ts";
import type { FleetRow } from "#shared/contract/fleets.ts";
import { releaseId as releaseIdSchema } from "#shared/lib/ids.ts";
import { DialogFrame } from "../../components/dialog-frame.tsx";
import { keys } from "../../data/query-keys.ts";
import { useContractAction } from "../../data/use-contract-action.ts";
import { useContractQuery } from "../../data/use-contract-query.ts";
import { DryRun } from "./dry-run.tsx";
import { firstFleet, firstPlan, planCli, startVerb, type PlanDraft } from "./plan-draft.ts";
import { PlanFields } from "./plan-fields.tsx";
import classes from "./rollouts.module.css";
import { useDryRun } from "./use-dry-run.ts";

/** What a link or the palette asked for. */
export type AskedPlan = { readonly fleetId: string | undefined; readonly releaseId: string | undefined };

const NOT_DONE = "No rollout was started.";

/** Plans a rollout with a dry run beside it, and starts what was shown. */
export function StartDialog({ asked, onClose }: { readonly asked: AskedPlan; readonly onClose: () => void }) {
  const fleets = useContractQuery(keys.fleets(), (client, signal) => client.fleets.list(undefined, { signal })).data ?? [];
  const [draft, setDraft] = useState<PlanDraft | undefined>();
  const release = useAskedRelease(asked.releaseId);
  const wished = firstFleet(fleets, { fleetId: asked.fleetId, applicationId: release?.applicationId });
  const plan = draft ?? (wished && firstPlan(wished, release && { [release.applicationId]: release.id }));
  return <PlanForm fleets={fleets} plan={plan} onPlan={setDraft} onClose={onClose} />;
}

/** The release that was asked for, once it is known what it is of. */
function useAskedRelease(id: string | undefined): ReleaseRow | undefined {
  const releaseId = releaseIdSchema.safeParse(id).data;
  return useContractQuery(
    keys.release(id ?? ""),
    async (client, signal) => (releaseId === undefined ? undefined : await client.releases.get({ releaseId }, { signal })),
    { enabled: releaseId !== undefined },
  ).data;
}

type PlanFormProps = {
  readonly fleets: readonly FleetRow[];
  readonly plan: PlanDraft | undefined;
  readonly onPlan: (plan: PlanDraft) => void;
  readonly onClose: () => void;
};

function PlanForm({ fleets, plan, onPlan, onClose }: PlanFormProps) {
  const [reason, setReason] = useState("");
  const [supersedes, setSupersedes] = useState(false);
  const dry = useDryRun(plan);
  const start = useStart(onClose);
  const fleet = fleets.find((one) => one.id === plan?.fleetId);
  const mayStart = dry.preview !== undefined && dry.preview.totalHosts > 0 && (dry.preview.activeRolloutIds.length === 0 || supersedes);
  const submit = () => {
    if (dry.input !== undefined && dry.preview !== undefined)
      start.mutate({ ...dry.input, salt: dry.preview.salt, reason: reason.trim(), supersede: supersedes });
  };
  return (
    <DialogFrame
      title="Start a rollout"
      size={1040}
      stickyFoot
      onClose={onClose}
      verb={startVerb(dry.preview)}
      onSubmit={submit}
      isReady={dry.isJudged && mayStart}
      busy={start.isPending}
      error={start.error}
      notDone={NOT_DONE}
    >
      <div className={classes["plan"]}>
        <PlanFields
          fleets={fleets}
          plan={plan}
          judged={dry.isJudged ? dry.preview?.waves : undefined}
          reason={reason}
          onPlan={onPlan}
          onReason={setReason}
        />
        <DryRun
          preview={dry.preview}
          isStale={!dry.isJudged}
          missing={dry.missing}
          error={dry.error}
          held={dry.held}
          supersedes={supersedes}
          onSupersede={setSupersedes}
          cli={fleet && plan && planCli(fleet, dry.releaseWords, plan.waves)}
        />
      </div>
    </DialogFrame>
  );
}

function useStart(onClose: () => void) {
  const [, navigate] = useLocation();
  return useContractAction({
    run: (client, input: Parameters<typeof client.rollouts.start>[0]) => client.rollouts.start(input),
    notDone: NOT_DONE,
    stale: ["rollouts", "home", "fleets"],
    inline: true,
    onDone: (made) => {
      onClose();
      navigate(`/rollouts/${made.id}`);
    },
  });
}
