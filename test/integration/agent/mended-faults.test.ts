import { rm } from "node:fs/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { faultKindsOf, type FaultKind, type Operation } from "#test/faults/fault.ts";
import { ScenarioHost } from "#test/faults/host.ts";
import { buildInjectedProgram } from "#test/faults/injected-program.ts";
import { makeQuickFolder } from "#test/faults/quick-folder.ts";
import { recordOperations, runPoint } from "#test/faults/run-point.ts";
import { SCENARIOS, type Scenario } from "#test/faults/scenarios.ts";

/** A fault that once broke something, by what it befalls instead of by a number: every operation of the scenario that fits is cut. */
type MendedFault = {
  readonly was: string;
  readonly scenario: Scenario["name"];
  readonly kind: FaultKind;
  readonly name: Operation["name"];
  /** How what it befalls ends. */
  readonly about: string;
};

const MENDED: readonly MendedFault[] = [
  {
    was: "a working directory that could not be looked at took the new version back",
    scenario: "update",
    kind: "eio",
    name: "stat",
    about: "/work",
  },
  {
    was: "a serving version that could not be looked at once counted as changed, and there was no other",
    scenario: "revert",
    kind: "eio",
    name: "lstat",
    about: "/service.mjs",
  },
  {
    was: "a serving version that could not be read once counted as changed, and there was no other",
    scenario: "revert",
    kind: "eio",
    name: "stream.read",
    about: "/service.mjs",
  },
  {
    was: "a record of what runs that could not be read once was forgotten, and what ran with it",
    scenario: "self-update-after",
    kind: "eio",
    name: "readFile",
    about: "/run.json",
  },
];

describe("a fault that once broke a host", () => {
  let program = "";
  beforeAll(async () => {
    const folder = await makeQuickFolder();
    program = await buildInjectedProgram(folder);
    return () => rm(folder, { recursive: true, force: true });
  });

  it.each(MENDED)("no longer does: $was", { timeout: 300_000 }, async ({ scenario: name, kind, ...fault }) => {
    const scenario = SCENARIOS.find((one) => one.name === name);
    if (scenario === undefined) throw new Error(`There is no scenario ${name}.`);
    const host = await ScenarioHost.prepare(scenario, program);
    try {
      const fits = (one: Operation): boolean => one.name === fault.name && one.about.endsWith(fault.about);
      const cut = (await recordOperations(host)).filter((one) => fits(one) && faultKindsOf(one).includes(kind));
      expect(cut).not.toEqual([]);
      for (const { at } of cut) expect(await runPoint(host, { at, kind, seed: at })).toMatchObject({ is: "held" });
    } finally {
      await host.close();
    }
  });
});
