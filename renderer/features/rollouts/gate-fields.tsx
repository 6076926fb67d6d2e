import { NumberInput, Switch } from "@mantine/core";
import type { Gate } from "#shared/domain/rollout/rollout.ts";
import classes from "./rollouts.module.css";

const MINUTE = 60_000;

type GateFieldsProps = {
  readonly gate: Gate;
  /** The last wave needs no approval, since no step follows it. */
  readonly isLast: boolean;
  readonly onChange: (gate: Gate) => void;
};

/** What must hold before the next wave opens. */
export function GateFields({ gate, isLast, onChange }: GateFieldsProps) {
  const set = (part: Partial<Gate>) => onChange({ ...gate, ...part });
  return (
    <>
      <div className={classes["gateGrid"]}>
        <Count
          label="Must succeed"
          hint="of finished hosts"
          suffix=" %"
          most={100}
          value={gate.successPercent}
          onChange={(successPercent) => set({ successPercent })}
        />
        <Count
          label="Failures tolerated"
          hint="one more trips it"
          whole
          most={100_000}
          value={gate.failureBudget}
          onChange={(failureBudget) => set({ failureBudget })}
        />
        <Count
          label="Minimum sample"
          hint="hosts to judge from"
          whole
          most={100_000}
          value={gate.minimumSample}
          onChange={(minimumSample) => set({ minimumSample: Math.max(1, minimumSample) })}
        />
        <Count
          label="Bake time"
          hint="of being well"
          suffix=" min"
          most={10_080}
          value={gate.bakeMs / MINUTE}
          onChange={(minutes) => set({ bakeMs: Math.round(minutes * MINUTE) })}
        />
      </div>
      {!isLast && (
        <Switch
          label="A person approves the step to the next wave"
          checked={gate.approval}
          onChange={(event) => set({ approval: event.currentTarget.checked })}
        />
      )}
    </>
  );
}

type CountProps = {
  readonly label: string;
  readonly hint: string;
  readonly suffix?: string;
  readonly whole?: boolean;
  readonly most: number;
  readonly value: number;
  readonly onChange: (value: number) => void;
};

/** A number of the gate; what is not a number changes nothing. */
function Count({ label, hint, suffix = "", whole = false, most, value, onChange }: CountProps) {
  return (
    <NumberInput
      label={label}
      description={hint}
      suffix={suffix}
      size="xs"
      min={0}
      max={most}
      clampBehavior="strict"
      allowDecimal={!whole}
      decimalScale={2}
      value={value}
      onChange={(next) => typeof next === "number" && Number.isFinite(next) && onChange(next)}
    />
  );
}
