import { NumberInput, Select } from "@mantine/core";
import type { WaveSelector } from "#shared/domain/rollout/rollout.ts";
import classes from "./rollouts.module.css";

const KINDS = [
  { value: "all", label: "all hosts" },
  { value: "percent", label: "percent" },
  { value: "count", label: "hosts" },
];

type SelectorFieldsProps = {
  readonly selector: WaveSelector;
  /** Names the wave for screen readers: "wave 2". */
  readonly label: string;
  readonly onChange: (selector: WaveSelector) => void;
};

/** Which hosts of its group a wave takes: all, a percentage or a count. */
export function SelectorFields({ selector, label, onChange }: SelectorFieldsProps) {
  const choose = (kind: string | null) =>
    onChange(kind === "percent" ? { kind, percent: 25 } : kind === "count" ? { kind, count: 1 } : { kind: "all" });
  const amount = selector.kind === "percent" ? selector.percent : selector.kind === "count" ? selector.count : undefined;
  const setAmount = (value: number | string) => {
    if (typeof value !== "number" || value <= 0) return;
    onChange(selector.kind === "percent" ? { kind: "percent", percent: Math.min(100, value) } : { kind: "count", count: Math.ceil(value) });
  };
  return (
    <span className={classes["selector"]}>
      {amount !== undefined && (
        <NumberInput
          aria-label={`How many, ${label}`}
          size="xs"
          w={64}
          value={amount}
          onChange={setAmount}
          min={1}
          max={selector.kind === "percent" ? 100 : 1_000_000}
          allowDecimal={false}
          hideControls
        />
      )}
      <Select
        aria-label={`Which hosts, ${label}`}
        size="xs"
        w={104}
        data={KINDS}
        value={selector.kind}
        onChange={choose}
        allowDeselect={false}
      />
    </span>
  );
}
