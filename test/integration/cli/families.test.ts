import { describe, expect, it } from "vitest";
import { z } from "zod";
import { applicationRow, releaseRow } from "#shared/contract/applications.ts";
import { fleetRow, hostDetail, hostEvent, hostRow, subscriptionRow } from "#shared/contract/fleets.ts";
import { rolloutDetail, rolloutPreview, rolloutRow, rollbackPreview } from "#shared/contract/rollouts.ts";
import { auditVerdict } from "#shared/domain/audit/audit.ts";
import { enrolmentToken } from "#shared/domain/fleet/fleet.ts";
import { principal } from "#shared/domain/access/permission.ts";
import { enrolHosts } from "#test/bench/fleet/enrol.ts";
import { cliFixture, filledFixture, PRODUCT, type CliFixture } from "./cli-fixture.ts";

/** Runs a line and answers what a person reads; a failure shows what was said. */
async function said({ rollcall }: CliFixture, ...args: readonly string[]): Promise<string> {
  const { code, out, err } = await rollcall(...args);
  expect(code, `${out}\n${err}`).toBe(0);
  return out;
}

describe("the commands in words", () => {
  it("register an application and a fleet, and show them with what to do first where there is nothing", async () => {
    const fixture = await cliFixture();
    expect(await said(fixture, "app", "list")).toContain("No applications yet. Make one: rollcall app create");
    expect(await said(fixture, "fleet", "list")).toContain("No fleets yet.");
    expect(await said(fixture, "rollout", "list")).toContain("No rollouts yet.");
    expect(await said(fixture, "app", "create", PRODUCT, "Web", "--channel", "beta")).toBe(`Registered ${PRODUCT}.\n`);
    expect(await said(fixture, "app", "show", PRODUCT)).toContain("No releases yet. Publish one:");
    expect(await said(fixture, "fleet", "create", "lab")).toBe("Registered lab with the groups canary → early → everyone.\n");
    expect(await said(fixture, "fleet", "subscribe", "lab/early", PRODUCT, "--channel", "beta")).toContain("following beta");
    expect(await said(fixture, "fleet", "show", "lab")).toMatch(/early +0\/0 +org\.example\.web/);
    expect(await said(fixture, "fleet", "limit", "lab", "2500")).toBe("lab fetches artifacts at 2.5 MB a second at most.\n");
    expect(await said(fixture, "fleet", "limit", "lab", "none")).toBe("lab fetches artifacts as fast as it can.\n");
    expect(await said(fixture, "host", "list")).toContain("No hosts match.");
  });

  it("steer releases, channels and hosts", async () => {
    const fixture = await filledFixture();
    await fixture.agents("lab/canary", 1);
    const name = "bench-0";
    expect(await said(fixture, "publish", PRODUCT, `${await fixture.file("web-1.1.0")}@any`)).toBe(`Published ${PRODUCT} 1.1.0: any.\n`);
    expect(await said(fixture, "app", "channel", PRODUCT, "beta", "1.1.0")).toContain("beta of org.example.web is at 1.1.0");
    expect(await said(fixture, "app", "block", PRODUCT, "1.1.0", "--reason", "Smells")).toContain("is blocked");
    expect(await said(fixture, "app", "block", PRODUCT, "1.1.0", "--reason", "Fine", "--lift")).toContain("no longer blocked");
    expect(await said(fixture, "app", "withdraw", PRODUCT, "1.1.0", "--reason", "Wrong build")).toContain("is withdrawn");
    expect(await said(fixture, "app", "list")).toMatch(/org\.example\.web +Web/);
    await expect.poll(() => said(fixture, "host", "list")).toMatch(/bench-0 +lab\/canary +healthy +connected +Web 1\.0\.0/);
    expect(await said(fixture, "host", "show", name)).toMatch(/Web +1\.0\.0 +1\.0\.0/);
    expect(await said(fixture, "host", "restart", name, PRODUCT)).toContain("is on its way");
    expect(await said(fixture, "fleet", "pause", "lab", PRODUCT, "--reason", "Holiday")).toContain("nothing is offered");
    expect(await said(fixture, "fleet", "pause", "lab", PRODUCT, "--resume")).toContain("offered again");
    expect(await said(fixture, "host", "move", name, "lab/everyone")).toBe("bench-0 is in everyone.\n");
    expect(await said(fixture, "host", "revoke", name, "--reason", "Sold")).toBe("bench-0 is revoked.\n");
  });

  it("make tokens whose line can be run, and let in who waits", async () => {
    const fixture = await filledFixture();
    expect(await said(fixture, "fleet", "token", "lab/canary", "--uses", "2", "--lifetime", "1h")).toMatch(
      /rollcall-agent|agent\/main\.ts/,
    );
    const made = z.object({ text: z.string() }).parse(await fixture.json("fleet", "token", "lab/canary", "--approval"));
    await enrolHosts(fixture.url, made.text, 1);
    expect(await fixture.json("host", "list")).toMatchObject([{ name: "bench-0", state: "pending" }]);
    expect(await said(fixture, "host", "approve", "bench-0")).toBe("bench-0 is active.\n");
    expect(await fixture.json("host", "list")).toMatchObject([{ state: "active" }]);
  });
});

describe("the commands in JSON", () => {
  it("print what the contract says, whole", async () => {
    const fixture = await filledFixture();
    await fixture.agents("lab/canary", 1);
    await fixture.rollcall("publish", PRODUCT, `${await fixture.file("web-1.1.0")}@any`);
    const started = rolloutRow.parse(await fixture.json("rollout", "start", "lab", `${PRODUCT}@1.1.0`));
    const shapes: readonly (readonly [z.ZodType, ...string[]])[] = [
      [z.array(applicationRow.strict()), "app", "list"],
      [z.strictObject({ application: applicationRow, releases: z.array(releaseRow.strict()) }), "app", "show", PRODUCT],
      [z.array(fleetRow.strict()), "fleet", "list"],
      [fleetRow.strict(), "fleet", "show", "lab"],
      [z.strictObject({ token: enrolmentToken, text: z.string(), command: z.string() }), "fleet", "token", "lab/canary"],
      [z.array(subscriptionRow.strict()), "fleet", "pause", "lab", PRODUCT, "--resume"],
      [z.array(hostRow.strict()), "host", "list"],
      [z.strictObject({ detail: hostDetail, events: z.array(hostEvent) }), "host", "show", "bench-0"],
      [z.array(rolloutRow.strict()), "rollout", "list"],
      [rolloutDetail.strict(), "rollout", "status", started.id],
      [rolloutPreview.strict(), "rollout", "start", "lab", `${PRODUCT}@1.1.0`, "--dry-run"],
      [rolloutRow.strict(), "rollout", "pause", started.id],
      [rollbackPreview.strict(), "rollback", "lab", PRODUCT, "--to", "1.0.0", "--dry-run"],
      [auditVerdict, "audit", "verify"],
      [principal.extend({ url: z.string() }), "whoami"],
      [z.strictObject({ url: z.string(), expiresAt: z.number() }), "login", "--link"],
    ];
    for (const [shape, ...args] of shapes) {
      const printed = shape.safeParse(await fixture.json(...args));
      expect({ args, problem: printed.error?.message }).toEqual({ args, problem: undefined });
    }
  });

  it("print a failure as code, message and next step, on standard output", async () => {
    const fixture = await cliFixture();
    const { code, out, err } = await fixture.rollcall("app", "show", "org.example.none", "--json");
    expect({ code, err }).toEqual({ code: 4, err: "" });
    expect(JSON.parse(out)).toMatchObject({
      error: { code: "NOT_FOUND", message: expect.stringContaining("org.example.none"), next: expect.any(String) },
    });
  });
});

describe("what is asked wrongly", () => {
  it.each([
    { exit: 2, args: ["frobnicate"] },
    { exit: 2, args: ["app", "frobnicate"] },
    { exit: 2, args: ["app", "list", "--frobnicate"] },
    { exit: 2, args: ["app", "create"] },
    { exit: 2, args: ["app", "create", "not a product id"] },
    { exit: 2, args: ["app", "create", "org.example.other", "Name\nwith lines"] },
    { exit: 2, args: ["rollout", "start", "lab", PRODUCT] },
    { exit: 2, args: ["rollout", "start", "lab", `${PRODUCT}@1.0.0`, "--success", "101"] },
    { exit: 2, args: ["rollout", "start", "lab", `${PRODUCT}@1.0.0`, "--failures", "0.5"] },
    { exit: 2, args: ["rollout", "start", "lab", `${PRODUCT}@1.0.0`, "--bake", "soon"] },
    { exit: 2, args: ["rollout", "start", "lab", `${PRODUCT}@1.0.0`, "--waves", "nobody"] },
    { exit: 2, args: ["fleet", "token", "lab"] },
    { exit: 2, args: ["fleet", "token", "lab/canary", "--uses", "0"] },
    { exit: 2, args: ["host", "list", "--status", "fine"] },
    { exit: 2, args: ["host", "revoke", "bench-0"] },
    { exit: 2, args: ["audit", "export", "--format", "xml"] },
    { exit: 2, args: ["audit", "verify", "--file", "somewhere.ndjson"] },
    { exit: 4, args: ["rollout", "status", "0195a000-0000-4000-8000-000000000000"] },
    { exit: 4, args: ["rollout", "start", "lab", `${PRODUCT}@9.9.9`] },
    { exit: 4, args: ["host", "show", "nobody"] },
    { exit: 5, args: ["app", "create", PRODUCT] },
    { exit: 5, args: ["fleet", "create", "lab"] },
    { exit: 6, args: ["rollback", "lab", PRODUCT] },
  ])("answers exit code $exit and a sentence to $args", async ({ exit, args }) => {
    const fixture = await filledFixture();
    const { code, out, err } = await fixture.rollcall(...args);
    expect({ code, out, lines: err.trimEnd().split("\n").length }).toEqual({ code: exit, out: "", lines: 2 });
  });

  it("finds the command behind options that every command takes", async () => {
    const { rollcall, dataFolder, url } = await cliFixture();
    expect(await rollcall("--data", dataFolder, "app", "list")).toMatchObject({ code: 0 });
    expect(await rollcall("--url", url, "--json", "app", "list")).toMatchObject({ code: 0, out: "[]\n" });
  });

  it("helps with everything, with a family and with one command, and needs no control plane for it", async () => {
    const { rollcall } = await cliFixture();
    expect((await rollcall("--help")).out).toContain("Exit codes: 0 done, 2 usage");
    expect((await rollcall("rollout", "--help")).out).not.toContain("fleet create");
    expect((await rollcall("rollout", "start", "--help")).out).toContain("--dry-run");
  });
});
