import { access } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { servicePids, setUp, versionAt } from "./agent-process.ts";
import { QUICK_RUN, serviceArtifact } from "./service-artifact.ts";
import { serveOn, setUpServing } from "./serving-agent.ts";

/** A service that does something else when it is tried. */
function tried(version: string, trial: string): Buffer {
  const prefix = `import { readdirSync } from "node:fs";\nif (process.env.ROLLCALL_SANITY_TOKEN) { ${trial} }\n`;
  return Buffer.concat([Buffer.from(prefix), serviceArtifact(version)]);
}

const SPEC = { ...QUICK_RUN, sanityToken: true } as const;

describe("a release that is tried before the switch", () => {
  it.each([
    ["prints its token and ends", `console.log(process.env.ROLLCALL_SANITY_TOKEN); process.exit(0);`],
    [
      "prints it among noise, on the other output, and goes on",
      `console.log("x".repeat(100_000)); console.error("v2 " + process.env.ROLLCALL_SANITY_TOKEN + " ok"); setInterval(() => {}, 1000); await new Promise(() => {});`,
    ],
    ["answers as overseer's programs do", `console.log(process.env.OVERSEER_BIN_CHECK); process.exit(0);`],
    [
      "prints it in an empty folder of its own",
      `if (readdirSync(".").length === 0) console.log(process.env.ROLLCALL_SANITY_TOKEN); process.exit(0);`,
    ],
  ])("and %s is switched to", async (_, trial) => {
    const { stub, agent, port } = await setUp();
    const release = stub.publish({ version: "1.0.0", bytes: tried("1.0.0", trial), runSpec: SPEC });
    await serveOn(stub, agent, release);
    expect(await versionAt(port)).toBe("1.0.0");
    expect(await servicePids(agent)).toHaveLength(1);
    await expect(access(agent.application.trial)).rejects.toThrow("ENOENT");
  });

  it.each([
    ["crashes", `console.error("no such library"); process.exit(9);`, "exit code 9"],
    ["is killed by a signal", `process.kill(process.pid, "SIGABRT"); await new Promise(() => {});`, "SIGABRT"],
    ["prints another token", `console.log("0".repeat(32)); process.exit(0);`, "exit code 0"],
    [
      "never prints it",
      `console.log("starting up"); setInterval(() => {}, 1000); await new Promise(() => {});`,
      "did not end within 5000 ms",
    ],
  ])("and %s is not, stays out, and says why", async (_, trial, why) => {
    const { stub, agent, port } = await setUpServing();
    const bad = stub.publish({ version: "2.0.0", bytes: tried("2.0.0", trial), runSpec: SPEC });
    stub.desire(bad);
    const { failure, application } = await stub.untilPhase("failed", bad);
    expect(failure).toMatchObject({ cause: "exec", code: "ARTIFACT_SANITY_FAILED", message: expect.stringContaining(why) as string });
    expect(application).toMatchObject({ current: { version: "1.0.0" }, quarantine: [{ releaseId: bad.releaseId, digest: bad.digest }] });
    expect(stub.phases().map(({ phase }) => phase)).not.toContain("reverting");
    expect(await versionAt(port)).toBe("1.0.0");
    expect(await servicePids(agent)).toHaveLength(1);
    const again = stub.desire(bad);
    expect((await stub.untilPhase("failed", bad, again)).failure).toMatchObject({ cause: "quarantined" });
  });

  it("and cannot be started at all says so before anything is stopped", async () => {
    const { stub, agent } = await setUp();
    const release = stub.publish({ version: "1.0.0", bytes: serviceArtifact("1.0.0"), runSpec: { ...SPEC, command: "/nowhere/program" } });
    stub.desire(release);
    agent.run(stub.token());
    expect((await stub.untilPhase("failed", release)).failure?.message).toContain("could not be started");
  });
});
