import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { QUICK_RUN, serviceArtifact } from "#test/integration/agent/service-artifact.ts";
import { askSocket } from "#test/integration/agent/ipc-client.ts";
import { whenAnswers, withServingHost, type ServingHost } from "../agent/serving-host.ts";
import type { BenchEntry } from "../entry.ts";

const SOURCE = "design.md 11: old version serving ≤ 2 s later; rollback to a kept slot needs no network";

/** What a bare start of the old version costs on this machine, until it answers. */
async function bareStart({ application, good, port }: ServingHost): Promise<number> {
  const path = join(application.slots, good.digest, "service.mjs");
  const other = port + 1;
  const beganMs = performance.now();
  const child = spawn(process.execPath, [path], { env: { PORT: String(other) }, stdio: "ignore" });
  try {
    await whenAnswers(other, "1.0.0");
    return (performance.now() - beganMs) / 1000;
  } finally {
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  }
}

/** From the decision against a bad version until the old one answers. */
export const revertServing: BenchEntry = {
  name: "agent/revert-serving",
  about: "a bad version is decided against: until the old one answers; yardstick: a bare start of the old one",
  unit: "s",
  budget: { of: "value", is: "at most", limit: 2, source: SOURCE },
  runs: 5,
  measure: () =>
    withServingHost(async (host) => {
      const { stub, whenServing } = host;
      const bad = stub.publish({ version: "2.0.0", bytes: serviceArtifact("2.0.0", { crash: 7 }), runSpec: QUICK_RUN });
      stub.desire(bad);
      // The switch has ended the old one, so that whoever answers from now on is its next start.
      await stub.untilPhase("probation", bad);
      const serving = await whenServing("1.0.0");
      const decided = await stub.untilPhase("reverting", bad);
      return { value: (serving - decided.at) / 1000, yardstick: await bareStart(host) };
    }),
};

/** A rollback to a kept version by the application itself, when the control plane cannot be reached at all. */
export const rollbackWithoutNetwork: BenchEntry = {
  name: "agent/rollback-offline",
  about: "rollback to a kept slot with the control plane gone: order to old version answering; yardstick: a bare start of it",
  unit: "s",
  budget: { of: "value", is: "at most", limit: 2, source: SOURCE },
  runs: 5,
  measure: () =>
    withServingHost(async (host) => {
      const { stub, whenServing, application } = host;
      const next = stub.publish({ version: "2.0.0", bytes: serviceArtifact("2.0.0"), runSpec: QUICK_RUN });
      stub.desire(next);
      await stub.untilPhase("healthy", next);
      await stub.stop();
      const token = (await readFile(join(application.folder, "tokens", next.releaseId), "utf8")).trim();
      const beganMs = Date.now();
      const answer = await askSocket(join(application.folder, "ipc.sock"), "POST", "/v1/rollback", token, { version: "1.0.0" });
      if (answer.status !== 202) throw new Error(`The rollback was refused: ${JSON.stringify(answer)}`);
      const serving = await whenServing("1.0.0");
      return { value: (serving - beganMs) / 1000, yardstick: await bareStart(host) };
    }),
};
