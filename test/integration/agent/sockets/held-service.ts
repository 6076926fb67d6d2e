import { writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { join } from "node:path";
import type { RunSpec } from "#shared/domain/release/run-spec.ts";
import type { ControlPlaneStub } from "#test/fakes/control-plane-stub.ts";
import type { StubRelease } from "#test/fakes/control-plane-stub-releases.ts";
import { setUp, type AgentProcess } from "../agent-process.ts";
import { QUICK_RUN } from "../service-artifact.ts";
import { serveOn } from "../serving-agent.ts";

const DRAIN = pathToFileURL(join(import.meta.dirname, "../../../../main/drain/drain.ts")).href;

/** How a test's service with sockets behaves. */
export type HeldTraits = {
  /** Exits with this code before it says that it is ready. */
  readonly crash?: number;
  /** Never says that it is ready. */
  readonly neverReady?: boolean;
  /** Says that it is ready this long after its start. */
  readonly readyInMs?: number;
  /** Its health turns bad after this many good answers. */
  readonly sickAfterProbes?: number;
  /** How long an answer takes. */
  readonly answersInMs?: number;
  /** Answers its version on this socket, too. */
  readonly listensTo?: string;
};

/** A service that takes its sockets from Rollcall and drains as the guide says; it answers its version. */
export function heldService(version: string, traits: HeldTraits = {}): Buffer {
  return Buffer.from(`import { createServer } from "node:http";
import { drainable, listen, ready } from ${JSON.stringify(DRAIN)};
const traits = ${JSON.stringify(traits)};
console.log("starting ${version} with " + process.env.LISTEN_FDS + " " + process.env.LISTEN_FDNAMES + " " + (process.env.LISTEN_PID === String(process.pid)));
if (traits.crash !== undefined) { console.error("cannot go on: ${version} is broken"); process.exit(traits.crash); }
let answers = 0;
const server = createServer((request, response) => {
  if (request.url === "/version") return setTimeout(() => response.end("${version}"), traits.answersInMs ?? 0);
  answers += 1;
  response.writeHead(answers > (traits.sickAfterProbes ?? Infinity) ? 500 : 200).end();
});
const drain = drainable(server, { name: "http", idleMs: 300 });
process.on("SIGTERM", () => { console.log("draining ${version}"); drain(); });
await listen(server, { name: "http" });
if (traits.listensTo) {
  const other = createServer((request, response) => response.end("${version}"));
  process.on("SIGTERM", drainable(other, { name: traits.listensTo, idleMs: 300, onDrained: () => undefined }));
  await listen(other, { name: traits.listensTo });
}
setTimeout(() => { if (!traits.neverReady) ready(); }, traits.readyInMs ?? 0);
`);
}

/** A run spec with a held socket whose port the host's own file says. */
export const HELD_RUN: Partial<RunSpec> = {
  ...QUICK_RUN,
  sockets: [{ name: "http", kind: "tcp", port: 1 }],
  readiness: { kind: "pipe" },
  drainDeadlineMs: 10_000,
};

/** A world whose application listens through the host. */
export async function setUpHeld(): ReturnType<typeof setUp> {
  const world = await setUp();
  await moveSockets(world.agent, world.port);
  return world;
}

/** Has the host's own file say at which port the application's socket is. */
export async function moveSockets(agent: AgentProcess, port: number): Promise<void> {
  const own = { sockets: { http: { port } }, environment: { PORT: String(port) }, probeUrl: `http://127.0.0.1:${port}/health` };
  await writeFile(agent.paths.overrides, JSON.stringify({ "org.example.web": own }));
}

/** Publishes a version of the service. */
export function publishHeld(stub: ControlPlaneStub, version: string, traits: HeldTraits = {}, change: Partial<RunSpec> = {}): StubRelease {
  return stub.publish({ version, bytes: heldService(version, traits), runSpec: { ...HELD_RUN, ...change } });
}

/** Runs an agent until its first version is healthy. */
export async function serveHeld(stub: ControlPlaneStub, agent: AgentProcess, traits: HeldTraits = {}): Promise<StubRelease> {
  const first = publishHeld(stub, "1.0.0", traits);
  await serveOn(stub, agent, first);
  return first;
}
