import { mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { pino } from "pino";
import { describe, expect, it, onTestFinished } from "vitest";
import { environmentFamilies } from "#main/agent/process/environment-families.ts";
import type { RunnableRelease } from "#main/agent/process/launch-spec.ts";
import { readProcStat } from "#main/agent/process/proc-stat.ts";
import { runRecordDocument } from "#main/agent/process/run-record.ts";
import { SupervisedService } from "#main/agent/process/supervised-service.ts";
import { ApplicationSockets } from "#main/agent/sockets/application-sockets.ts";
import { HostSockets } from "#main/agent/sockets/host-sockets.ts";
import { monotonicMs, readMachineBoot } from "#main/agent/state/monotonic-clock.ts";
import { applicationPaths, statePaths } from "#main/agent/state/state-paths.ts";
import { runSpec } from "#shared/domain/release/run-spec.ts";
import { releaseId } from "#shared/lib/ids.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";

const APPLICATION = "00000000-0000-4000-8000-000000000001";
const logger = pino({ level: "silent" });

/** A machine on which agents come and go: each call of `agent` gives the supervisor of another one. */
async function machine() {
  const state = statePaths(await tempFolder());
  const paths = applicationPaths(state, APPLICATION);
  await mkdir(paths.folder, { recursive: true });
  const program = `${paths.folder}/program.sh`;
  await writeFile(program, "exec sleep 600\n");
  const host = await HostSockets.open({ folder: state.holder, passed: [], logger });
  onTestFinished(() => host.close());
  const machineBoot = await readMachineBoot();
  const agent = (): SupervisedService =>
    new SupervisedService({
      paths,
      sockets: new ApplicationSockets(host, () => ({ applicationId: APPLICATION, productId: "org.example.web" }), paths.work),
      families: environmentFamilies,
      logger,
      machineBoot,
      nowMs: monotonicMs,
      random: Math.random,
      hostAdditions: () => Promise.resolve({ overrides: undefined, inherited: { PATH: "/usr/bin:/bin" } }),
      onChange: () => undefined,
      onCrash: () => Promise.resolve(),
    });
  const runnable: RunnableRelease = {
    release: { releaseId: releaseId.parse("00000000-0000-4000-8000-000000000002"), version: "1.0.0", digest: "0".repeat(64) },
    runSpec: runSpec.parse({ command: "/bin/sh", arguments: ["{artifact}"], restart: { policy: "never" } }),
    artifactPath: program,
  };
  const copies = [paths.runRecord, paths.runRecord.replace(".json", ".twin.json")];
  return { agent, runnable, record: paths.runRecord, copies };
}

describe("what an earlier agent left running", () => {
  it("is taken over by the second try when the record of it could not be read at the first, and never started twice", async () => {
    const { agent, runnable, record, copies } = await machine();
    const earlier = agent();
    await earlier.serve(runnable, false);
    onTestFinished(() => earlier.stop());
    const { value } = await runRecordDocument(record).read();
    const pid = value?.process.pid ?? 0;
    const next = agent();
    for (const copy of copies) {
      await rename(copy, `${copy}.aside`);
      await mkdir(copy);
    }
    await expect(next.serve(runnable, false)).rejects.toMatchObject({ code: "ENV_DATA_CORRUPT" });
    expect(next.processIdentity).toBeUndefined();
    for (const copy of copies) {
      expect((await stat(copy)).isDirectory()).toBe(true);
      await rm(copy, { recursive: true });
      await rename(`${copy}.aside`, copy);
    }
    await next.serve(runnable, false);
    expect(next.processIdentity).toContain(`${pid}/`);
    await next.stop();
    expect((await readProcStat(pid))?.state ?? "Z").toBe("Z");
  });
});
