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

/** Turns a reading into words. Failures count towards their budget, everything else towards its threshold. */
export function gateLine(reading: ShownReading): GateLine {
  const isBudget = reading.criterion === "failures";
  const fraction = reading.threshold > 0 ? Math.min(1, reading.value / reading.threshold) : reading.value > 0 || reading.met ? 1 : 0;
  return {
    name: NAMES[reading.criterion],
    value: amount(reading, reading.value),
    limit: isBudget ? `of at most ${reading.threshold}` : `of ${amount(reading, reading.threshold)}`,
    fraction: isBudget && reading.value === 0 ? 0 : fraction,
    status: statusOf(reading),
  };
}

function statusOf(reading: ShownReading): Status {
  if (reading.criterion === "failures") return reading.met ? "healthy" : "failed";
  if (reading.met) return "healthy";
  return reading.criterion === "approval" ? "paused" : "progressing";
}

function amount(reading: ShownReading, value: number): string {
  if (reading.unit === "ms") return formatDuration(value);
  if (reading.unit === "percent") return `${Math.round(value * 10) / 10} %`;
  return String(value);
}
