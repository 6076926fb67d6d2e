import { NumberInput, Switch } from "@mantine/core";
import type { Gate } from "#shared/domain/rollout/rollout.ts";
import classes from "./rollouts.module.css";

const MINUTE = 60_000;

/** What must hold before the next wave opens; the same for every wave of the plan. */
export function GateFields({ gate, onChange }: { readonly gate: Gate; readonly onChange: (gate: Gate) => void }) {
  const set = (part: Partial<Gate>) => onChange({ ...gate, ...part });
  const number = (take: (value: number) => Partial<Gate>) => (value: number | string) => {
    if (typeof value === "number" && Number.isFinite(value)) set(take(value));
  };
  return (
    <fieldset className={classes["waveFields"]}>
      <legend>Gate between waves</legend>
      <div className={classes["gateGrid"]}>
        <NumberInput
          label="Success"
          suffix=" %"
          min={0}
          max={100}
          clampBehavior="strict"
          value={gate.successPercent}
          onChange={number((successPercent) => ({ successPercent }))}
        />
        <NumberInput
          label="Failures tolerated"
          min={0}
          max={100_000}
          clampBehavior="strict"
          allowDecimal={false}
          value={gate.failureBudget}
          onChange={number((failureBudget) => ({ failureBudget }))}
        />
        <NumberInput
          label="Minimum sample"
          min={1}
          max={100_000}
          clampBehavior="blur"
          allowDecimal={false}
          value={gate.minimumSample}
          onChange={number((minimumSample) => ({ minimumSample: Math.max(1, minimumSample) }))}
        />
        <NumberInput
          label="Bake time"
          suffix=" min"
          min={0}
          max={10_080}
          clampBehavior="strict"
          decimalScale={2}
          value={gate.bakeMs / MINUTE}
          onChange={number((minutes) => ({ bakeMs: Math.round(minutes * MINUTE) }))}
        />
      </div>
      <Switch
        label="A person approves each step"
        checked={gate.approval}
        onChange={(event) => set({ approval: event.currentTarget.checked })}
      />
    </fieldset>
  );
}
