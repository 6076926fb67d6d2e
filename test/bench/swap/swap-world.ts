import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { environmentFamilies } from "#main/agent/process/environment-families.ts";
import type { RunnableRelease } from "#main/agent/process/launch-spec.ts";
import { SupervisedService } from "#main/agent/process/supervised-service.ts";
import { ApplicationSockets } from "#main/agent/sockets/application-sockets.ts";
import { HostSockets } from "#main/agent/sockets/host-sockets.ts";
import { monotonicMs, readMachineBoot } from "#main/agent/state/monotonic-clock.ts";
import { applicationPaths, statePaths } from "#main/agent/state/state-paths.ts";
import { runSpec } from "#shared/domain/release/run-spec.ts";
import { releaseId } from "#shared/lib/ids.ts";
import { freePort } from "#test/builders/free-port.ts";

/** What one version is started with: a command line, found on this machine. */
export type SwapProgram = { readonly command: string; readonly args: readonly string[] };

/** A supervised service with a held socket, whose versions can be changed. */
export type SwapWorld = {
  readonly port: number;
  /** Lets the next version take over, and waits until the one before has ended. */
  swap(): Promise<void>;
  stop(): Promise<void>;
};

/** A program that does not know how to drain under load takes all of it, every time. */
const DRAIN_MS = 5000;

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: console.error };

function versionOf(program: SwapProgram, port: number, number: number): RunnableRelease {
  const spec = runSpec.parse({
    command: program.command,
    arguments: program.args,
    sockets: [{ name: "http", kind: "tcp", port }],
    readiness: { kind: "pipe" },
    drainDeadlineMs: DRAIN_MS,
  });
  const release = {
    releaseId: releaseId.parse(`00000000-0000-4000-8000-${String(number).padStart(12, "0")}`),
    version: `${number}.0.0`,
    digest: String(number).padStart(64, "0"),
  };
  return { release, runSpec: spec, artifactPath: program.args[0] ?? program.command };
}

/** Starts the agent's own supervisor with a holder beside it, and the first version. */
export async function startSwapWorld(program: SwapProgram): Promise<SwapWorld> {
  const folder = await mkdtemp(join(tmpdir(), "rollcall-swap-"));
  const state = statePaths(folder);
  const paths = applicationPaths(state, "00000000-0000-4000-8000-000000000001");
  await mkdir(paths.folder, { recursive: true });
  const host = await HostSockets.open({ folder: state.holder, passed: [], logger: quiet });
  const owner = { applicationId: "00000000-0000-4000-8000-000000000001", productId: "org.example.bench" };
  const service = new SupervisedService({
    paths,
    sockets: new ApplicationSockets(host, () => owner, paths.work),
    families: environmentFamilies,
    logger: quiet,
    machineBoot: await readMachineBoot(),
    nowMs: monotonicMs,
    random: Math.random,
    hostAdditions: () => Promise.resolve({ overrides: undefined, inherited: { PATH: process.env["PATH"] ?? "/usr/bin:/bin" } }),
    onChange: () => undefined,
    onCrash: () => Promise.resolve(),
  });
  const port = await freePort();
  let number = 1;
  await service.serve(versionOf(program, port, number), false);
  return {
    port,
    swap: async () => {
      number += 1;
      const taken = await service.takeOver({
        to: versionOf(program, port, number),
        from: () => Promise.resolve(undefined),
        isRevert: false,
      });
      if (taken.kind !== "taken") throw new Error(`The change of versions ended as ${JSON.stringify(taken)}.`);
      await service.endProbation();
      await service.drained();
    },
    stop: async () => {
      await service.stop();
      host.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
