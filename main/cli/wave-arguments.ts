import type { FleetRow } from "#shared/contract/fleets.ts";
import { gate as gateSchema, type Gate, type WavePlan } from "#shared/domain/rollout/rollout.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { flag, numberOption, parseDuration, textOption } from "./arguments.ts";
import type { Arguments } from "./command.ts";

/** Options of every command that plans waves. */
export const GATE_OPTIONS = {
  waves: { type: "string" },
  success: { type: "string" },
  failures: { type: "string" },
  bake: { type: "string" },
  sample: { type: "string" },
  approval: { type: "boolean" },
} as const;

/** The gate that the options describe; what is not given has the gate's defaults. */
export function gateFrom(given: Arguments): Gate {
  const bake = textOption(given, "bake");
  return gateSchema.parse({
    successPercent: numberOption(given, "success", { min: 0, max: 100, parts: true }),
    failureBudget: numberOption(given, "failures", { min: 0, max: 100_000 }),
    minimumSample: numberOption(given, "sample", { min: 1, max: 100_000 }),
    bakeMs: bake === undefined ? undefined : parseDuration(bake),
    approval: flag(given, "approval"),
  });
}

/**
 * The waves of `--waves canary,early:50%,early,everyone:3`: a group, a percentage or a count of one, in order. Without
 * the option, every group whole, in the fleet's order.
 */
export function wavesFrom(fleet: FleetRow, given: Arguments): WavePlan[] {
  const gate = gateFrom(given);
  const text = textOption(given, "waves");
  if (text === undefined) return fleet.groups.map((group) => ({ groupId: group.id, selector: { kind: "all" }, gate }));
  return text.split(",").map((part) => {
    const found = /^([a-z0-9-]+)(?::(\d+(?:\.\d+)?)(%?))?$/.exec(part.trim());
    const group = fleet.groups.find((one) => one.name === found?.[1]);
    if (found === null || group === undefined) {
      throw new AppError(
        "INPUT_INVALID",
        `"${part.slice(0, 60)}" is not a wave of ${fleet.name}; write a group, GROUP:25% or GROUP:3. Groups: ${fleet.groups.map((one) => one.name).join(", ")}. Nothing was started.`,
      );
    }
    const amount = found[2] === undefined ? undefined : Number(found[2]);
    if (amount === undefined) return { groupId: group.id, selector: { kind: "all" }, gate };
    return {
      groupId: group.id,
      selector: found[3] === "%" ? { kind: "percent", percent: amount } : { kind: "count", count: amount },
      gate,
    };
  });
}
