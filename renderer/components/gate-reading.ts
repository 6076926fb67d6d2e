import { formatDuration } from "#shared/lib/format.ts";
import type { Status } from "../styles/status-tokens.ts";

/** One line of a gate as it arrives: what it is now, what it must be, whether it holds. */
export type ShownReading = {
  readonly criterion: "success" | "failures" | "sample" | "bake" | "approval";
  readonly value: number;
  readonly threshold: number;
  readonly unit: "percent" | "hosts" | "ms" | "approvals";
  readonly met: boolean;
  readonly note?: string | undefined;
};

/** A reading in words and as a bar. */
export type GateLine = {
  readonly name: string;
  readonly value: string;
  readonly limit: string;
  readonly fraction: number;
  readonly status: Status;
};

const NAMES: Readonly<Record<ShownReading["criterion"], string>> = {
  success: "Success",
  failures: "Failures",
  sample: "Finished hosts",
  bake: "Bake time",
  approval: "Approval",
};

/** What the gate as a whole does: a reading that is not met yet moves only under one that is being judged. */
export type GateMotion = "judged" | "held" | "tripped";

/** Turns a reading into words. Failures count towards their budget, everything else towards its threshold. */
export function gateLine(reading: ShownReading, motion: GateMotion = "judged"): GateLine {
  const isBudget = reading.criterion === "failures";
  const fraction = reading.threshold > 0 ? Math.min(1, reading.value / reading.threshold) : reading.value > 0 || reading.met ? 1 : 0;
  return {
    name: NAMES[reading.criterion],
    value: amount(reading, reading.value),
    limit: limitOf(reading),
    fraction: isBudget && reading.value === 0 ? 0 : fraction,
    status: statusOf(reading, motion),
  };
}

function statusOf(reading: ShownReading, motion: GateMotion): Status {
  if (reading.met) return "healthy";
  if (reading.criterion === "failures") return "failed";
  if (motion === "tripped") return reading.criterion === "success" ? "failed" : "unknown";
  if (motion === "held" || reading.criterion === "approval") return "paused";
  return "progressing";
}

/** What a value is held against: a bound to keep, or a way to go. */
function limitOf(reading: ShownReading): string {
  const limit = amount(reading, reading.threshold);
  if (reading.criterion === "failures") return `at most ${limit}`;
  return reading.criterion === "success" || reading.criterion === "sample" ? `at least ${limit}` : `of ${limit}`;
}

function amount(reading: ShownReading, value: number): string {
  if (reading.unit === "ms") return formatDuration(value);
  if (reading.unit === "percent") return `${Math.round(value * 10) / 10} %`;
  return String(value);
}
