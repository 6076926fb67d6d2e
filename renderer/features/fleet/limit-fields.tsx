import { NumberInput } from "@mantine/core";
import type { Policy } from "#shared/domain/rollout/policy.ts";
import classes from "./policy.module.css";

const MINUTE = 60_000;
const DEFAULT_INTERVAL_MS = 10 * MINUTE;

/** How many at once, and how many in a span of time. Empty does not limit. */
export function LimitFields({ draft, onChange }: { readonly draft: Policy; readonly onChange: (next: Policy) => void }) {
  const { concurrency: _before, rate, ...rest } = draft;
  const setConcurrency = (value: number | string) =>
    onChange({ ...rest, ...(rate === undefined ? {} : { rate }), ...(typeof value === "number" ? { concurrency: value } : {}) });
  const limit = draft.concurrency === undefined ? {} : { concurrency: draft.concurrency };
  const setCount = (value: number | string) =>
    onChange({
      ...rest,
      ...limit,
      ...(typeof value === "number" ? { rate: { count: value, intervalMs: rate?.intervalMs ?? DEFAULT_INTERVAL_MS } } : {}),
    });
  const setInterval = (value: number | string) =>
    rate !== undefined &&
    typeof value === "number" &&
    onChange({ ...rest, ...limit, rate: { ...rate, intervalMs: Math.round(value * MINUTE) } });
  return (
    <div className={classes["limits"]}>
      <NumberInput
        label="At the same time"
        placeholder="no limit"
        value={draft.concurrency ?? ""}
        onChange={setConcurrency}
        min={1}
        max={100_000}
        allowDecimal={false}
        suffix=" hosts"
      />
      <NumberInput
        label="Begin at most"
        placeholder="no limit"
        value={rate?.count ?? ""}
        onChange={setCount}
        min={1}
        max={100_000}
        allowDecimal={false}
        suffix=" hosts"
      />
      <NumberInput
        label="in any"
        value={(rate?.intervalMs ?? DEFAULT_INTERVAL_MS) / MINUTE}
        onChange={setInterval}
        min={0.1}
        max={10_080}
        suffix=" min"
        disabled={rate === undefined}
      />
    </div>
  );
}
