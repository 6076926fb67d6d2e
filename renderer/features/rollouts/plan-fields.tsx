import { Select, TextInput } from "@mantine/core";
import type { FleetRow } from "#shared/contract/fleets.ts";
import type { RolloutPreview } from "#shared/contract/rollouts.ts";
import { firstPlan, type PlanDraft } from "./plan-draft.ts";
import { ReleaseFields } from "./release-fields.tsx";
import classes from "./rollouts.module.css";
import { WaveList } from "./wave-list.tsx";

type PlanFieldsProps = {
  readonly fleets: readonly FleetRow[];
  readonly plan: PlanDraft | undefined;
  readonly judged: RolloutPreview["waves"] | undefined;
  readonly reason: string;
  readonly onPlan: (plan: PlanDraft) => void;
  readonly onReason: (reason: string) => void;
};

/** Where, what, in which waves, and why. */
export function PlanFields({ fleets, plan, judged, reason, onPlan, onReason }: PlanFieldsProps) {
  const fleet = fleets.find((one) => one.id === plan?.fleetId);
  const chooseFleet = (id: string | null) => {
    const next = fleets.find((one) => one.id === id);
    if (next !== undefined) onPlan(firstPlan(next, plan?.releases));
  };
  return (
    <div className={classes["planFields"]}>
      <Select
        label="Fleet"
        placeholder={fleets.length === 0 ? "There is no fleet yet" : "Choose a fleet"}
        data={fleets.map((one) => ({ value: one.id, label: `${one.name}, ${one.hosts} ${one.hosts === 1 ? "host" : "hosts"}` }))}
        value={fleet?.id ?? null}
        onChange={chooseFleet}
        allowDeselect={false}
        openOnFocus={false}
        data-autofocus
      />
      {fleet !== undefined && plan !== undefined && (
        <>
          <ReleaseFields fleet={fleet} plan={plan} onPlan={onPlan} />
          {plan.waves.length > 0 && <WaveList fleet={fleet} plan={plan} judged={judged} onPlan={onPlan} />}
          <TextInput
            label="Reason"
            description="Optional. It stands in the audit and on the rollout."
            value={reason}
            onChange={(event) => onReason(event.currentTarget.value)}
            maxLength={500}
          />
        </>
      )}
    </div>
  );
}
