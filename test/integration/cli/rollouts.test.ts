import { describe, expect, it } from "vitest";
import { rolloutRow, type RolloutRow } from "#shared/contract/rollouts.ts";
import type { UpdateOutcome } from "#test/simulation/fleet/simulated-application.ts";
import { filledFixture, PRODUCT, type CliFixture } from "./cli-fixture.ts";

/** Two agents on 1.0.0, and 1.1.0 published. */
async function withAgents(outcome: UpdateOutcome = "healthy", phaseMs = 0): Promise<CliFixture> {
  const fixture = await filledFixture();
  const outcomeOf = ({ version }: { readonly version: string }): UpdateOutcome => (version === "1.1.0" ? outcome : "healthy");
  for (const group of ["lab/canary", "lab/everyone"]) await fixture.agents(group, 1, { outcomeOf, phaseMs });
  await expect.poll(async () => (await fixture.rollcall("host", "list")).out.match(/Web 1\.0\.0/g)?.length).toBe(2);
  expect(await fixture.rollcall("publish", PRODUCT, `${await fixture.file("web-1.1.0")}@any`)).toMatchObject({ code: 0 });
  return fixture;
}

const START = ["rollout", "start", "lab", `${PRODUCT}@1.1.0`] as const;

async function started({ json }: CliFixture, ...more: readonly string[]): Promise<RolloutRow> {
  return rolloutRow.parse(await json(...START, "--bake", "100ms", ...more));
}

describe("rollcall rollout", () => {
  it("tells before it starts what it would do, and starts nothing on a dry run", async () => {
    const { rollcall, json } = await withAgents();
    const { code, out } = await rollcall(...START, "--waves", "canary,everyone:50%,everyone", "--dry-run");
    expect(code).toBe(0);
    expect(out).toMatch(/^2 host\(s\), at least .*to download\n {2}canary: 1 host\(s\)\n {2}everyone: 1 host\(s\)/);
    expect(await json("rollout", "list")).toEqual([]);
  });

  it("watches a rollout to its end and answers 0 when it completed", async () => {
    const { rollcall } = await withAgents();
    const { code, out, err } = await rollcall(...START, "--bake", "100ms", "--watch");
    expect({ code, err }).toMatchObject({ code: 0 });
    expect(out).toMatch(/^Web 1\.1\.0 \(update\) in lab: completed/);
    expect(out).toMatch(/canary +passed +1\/1 +0 +0/);
    expect((await rollcall("host", "list")).out.match(/Web 1\.1\.0/g)).toHaveLength(2);
  });

  it("answers 6 and says why when the rollout tripped, goes on with a reason, and can be ended", async () => {
    const fixture = await withAgents("crash");
    const { rollcall } = fixture;
    const { code, out } = await rollcall(...START, "--bake", "100ms", "--watch");
    expect(code).toBe(6);
    expect(out).toContain(": tripped");
    expect(out).toMatch(/1 × /);
    const [row] = (await fixture.json("rollout", "list")) as RolloutRow[];
    const id = row?.id ?? "";
    expect(await rollcall("rollout", "status", id, "--watch")).toMatchObject({ code: 6 });
    expect(await rollcall("rollout", "continue", id)).toMatchObject({ code: 2 });
    expect(await rollcall("rollout", "continue", id, "--reason", "We looked at it")).toMatchObject({ code: 0 });
    expect(await rollcall("rollout", "abort", id, "--reason", "Enough")).toMatchObject({ code: 0 });
    expect(await rollcall("rollout", "abort", id)).toMatchObject({ code: 5 });
  });

  it("pauses, resumes, waits for a person and is superseded only when asked", async () => {
    const fixture = await withAgents("healthy", 50);
    const { rollcall } = fixture;
    const { id } = await started(fixture, "--approval");
    expect((await rollcall("rollout", "pause", id, "--reason", "Lunch")).out).toContain("paused; no grant and no switch begins.");
    expect((await rollcall("rollout", "status", id)).out).toContain(": paused (paused by root: Lunch)");
    expect(await rollcall("rollout", "resume", id)).toMatchObject({ code: 0 });
    await expect.poll(() => rollcall("rollout", "approve", id), { timeout: 20_000 }).toMatchObject({ code: 0, out: "Approved: canary.\n" });
    expect(await rollcall(...START)).toMatchObject({ code: 5 });
    expect(await rollcall(...START, "--supersede", "--bake", "100ms", "--watch")).toMatchObject({ code: 0 });
    expect((await rollcall("rollout", "status", id)).out).toContain(": superseded");
  });
});

describe("rollcall rollback", () => {
  it("says what it will do and not undo, does nothing on a dry run, then takes the fleet back", async () => {
    const { rollcall } = await withAgents();
    expect(await rollcall(...START, "--bake", "100ms", "--watch")).toMatchObject({ code: 0 });
    const preview = await rollcall("rollback", "lab", PRODUCT, "--dry-run");
    expect(preview.code).toBe(0);
    expect(preview.out).toMatch(/canary: 1\.1\.0 → 1\.0\.0, 1 host\(s\)/);
    expect(preview.out).toContain("not undone:");
    expect((await rollcall("host", "list")).out.match(/Web 1\.1\.0/g)).toHaveLength(2);
    const { code, out } = await rollcall("rollback", "lab", PRODUCT, "--reason", "Smells", "--watch");
    expect(code).toBe(0);
    expect(out).toMatch(/^Web 1\.0\.0 \(rollback\) in lab: completed/);
    expect((await rollcall("host", "list")).out.match(/Web 1\.0\.0/g)).toHaveLength(2);
  });
});
