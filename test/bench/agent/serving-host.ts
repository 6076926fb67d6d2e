import { execFile, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { RUNTIME_OPTIONS } from "#main/agent/self-update/launcher-text.ts";
import { applicationPaths, statePaths } from "#main/agent/state/state-paths.ts";
import { encodeEnrolmentToken } from "#shared/protocol/enrolment.ts";
import { ControlPlaneStub } from "#test/fakes/control-plane-stub.ts";
import { STUB_APPLICATION, STUB_PRODUCT, type StubRelease } from "#test/fakes/control-plane-stub-releases.ts";
import { QUICK_RUN, serviceArtifact } from "#test/integration/agent/service-artifact.ts";
import { ROOT } from "../fleet/server-process.ts";

/** A real agent, as hosts run it, that serves version 1.0.0 of a small service; and the control plane it listens to. */
export type ServingHost = {
  readonly stub: ControlPlaneStub;
  readonly agentPid: number;
  readonly port: number;
  readonly good: StubRelease;
  readonly application: ReturnType<typeof applicationPaths>;
  /** Waits until the service answers with this version; the moment by the wall clock, in ms. */
  readonly whenServing: (version: string) => Promise<number>;
};

const POLL_MS = 5;
const GIVE_UP_MS = 60_000;

/** What a version of the service answers on this host; undefined while nobody does. */
async function versionAt(port: number): Promise<string | undefined> {
  return fetch(`http://127.0.0.1:${port}/version`, { signal: AbortSignal.timeout(1000) })
    .then((answer) => answer.text())
    .catch(() => undefined);
}

/** Waits until a port answers with a version. */
export async function whenAnswers(port: number, version: string): Promise<number> {
  const untilMs = performance.now() + GIVE_UP_MS;
  while ((await versionAt(port)) !== version) {
    if (performance.now() > untilMs) throw new Error(`${version} did not serve within a minute.`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return Date.now();
}

/**
 * Starts control plane and agent, installs 1.0.0, and lets `look` measure; everything ends with it.
 *
 * @param stateIntervalMs how often the control plane asks for a report.
 */
export async function withServingHost<T>(
  look: (host: ServingHost) => Promise<T>,
  runSpec: Parameters<ControlPlaneStub["publish"]>[0]["runSpec"] = QUICK_RUN,
  stateIntervalMs = 500,
): Promise<T> {
  await promisify(execFile)(process.execPath, [join(ROOT, "main/build/build.ts"), "agent"], { cwd: ROOT });
  const stub = await ControlPlaneStub.start();
  stub.stateIntervalMs = stateIntervalMs;
  const state = await mkdtemp(join(tmpdir(), "rollcall-bench-host-"));
  const paths = statePaths(state);
  const application = applicationPaths(paths, STUB_APPLICATION);
  const port = randomInt(20_000, 32_000);
  const own = { environment: { PORT: String(port) }, probeUrl: `http://127.0.0.1:${port}/health`, allowLocalRollback: true };
  await writeFile(paths.overrides, JSON.stringify({ [STUB_PRODUCT]: own }));
  const program = join(ROOT, "dist/agent/rollcall-agent.js");
  // As the launcher of an installed agent starts it.
  const agent = spawn(process.execPath, [...RUNTIME_OPTIONS, program, "run", "--state", state, "--name", "bench", "--token-file", "-"], {
    stdio: ["pipe", "ignore", "inherit"],
  });
  try {
    agent.stdin.end(encodeEnrolmentToken(stub.token()));
    const good = stub.publish({ version: "1.0.0", bytes: serviceArtifact("1.0.0"), runSpec });
    stub.desire(good);
    await stub.untilPhase("healthy", good);
    return await look({ stub, agentPid: agent.pid ?? 0, port, good, application, whenServing: (version) => whenAnswers(port, version) });
  } catch (thrown) {
    process.stderr.write(await readFile(paths.agentLog, "utf8").catch(() => ""));
    throw thrown;
  } finally {
    const exited = once(agent, "exit");
    agent.kill("SIGTERM");
    await exited;
    await stub.stop();
    await rm(state, { recursive: true, force: true });
  }
}
