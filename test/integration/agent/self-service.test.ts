import { readlink } from "node:fs/promises";
import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { placeVersion, switchVersion } from "#main/agent/install/program-versions.ts";
import type { RunnableRelease } from "#main/agent/process/launch-spec.ts";
import { findSelfInstallation } from "#main/agent/self-update/self-installation.ts";
import { SelfService } from "#main/agent/self-update/self-service.ts";
import { Trial } from "#main/agent/self-update/trial.ts";
import { runSpec } from "#shared/domain/release/run-spec.ts";
import { sha256OfFile } from "#main/node/sha256-of-file.ts";
import { fakeInstallation } from "./fake-installation.ts";

const ENDED = "the process has ended";

/** Version 1.0.0 that runs, and 2.0.0 in a slot. `calm` says whether an application is in the middle of a switch. */
async function setUpService(calm: () => boolean) {
  const { paths, program } = await fakeInstallation();
  const [first, second] = [await program("1.0.0"), await program("2.0.0")];
  await switchVersion(paths, (await placeVersion(paths, first)).name);
  const installation = await findSelfInstallation(paths.library, `${paths.current}/rollcall-agent.mjs`);
  if (installation === undefined) throw new Error("the installation was not found");
  const trial = new Trial(paths);
  const ports = {
    installation,
    trial,
    isGivenUp: false,
    contact: { lastHeardMs: undefined },
    nowMs: () => 0,
    logger: pino({ level: "silent" }),
  };
  const end = (): never => {
    throw new Error(ENDED);
  };
  const service = new SelfService({ ...ports, isCalm: calm, end });
  const release = { releaseId: "018f3b1e-7f7a-7000-8000-000000000001", version: "2.0.0", digest: await sha256OfFile(second.agent) };
  const runnable: RunnableRelease = { release, runSpec: runSpec.parse({}), artifactPath: second.agent } as RunnableRelease;
  return { paths, service, runnable, trial };
}

describe("an agent that serves another version of itself", () => {
  it("puts it on trial and ends", async () => {
    const { paths, service, runnable, trial } = await setUpService(() => true);
    await expect(service.serve(runnable, true)).rejects.toThrow(ENDED);
    expect(await readlink(paths.current)).toMatch(/2\.0\.0-/);
    expect(await trial.isOn()).toBe(true);
  });

  it("waits for the applications that are in the middle of a switch", async () => {
    let looks = 0;
    const { paths, service, runnable, trial } = await setUpService(() => {
      looks += 1;
      return looks > 3;
    });
    const served = service.serve(runnable, true).catch((thrown: unknown) => thrown);
    expect(await readlink(paths.current)).toMatch(/1\.0\.0-/);
    expect(await trial.isOn()).toBe(false);
    expect(await served).toMatchObject({ message: ENDED });
    expect(looks).toBeGreaterThan(3);
  });

  it("does not begin once the agent is being stopped", async () => {
    const { paths, service, runnable, trial } = await setUpService(() => false);
    const served = service.serve(runnable, true);
    service.interrupt();
    await served;
    expect(await readlink(paths.current)).toMatch(/1\.0\.0-/);
    expect(await trial.isOn()).toBe(false);
  });
});
