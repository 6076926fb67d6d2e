import type { RunSpec } from "#shared/domain/release/run-spec.ts";

/** How a test's service behaves. */
export type ServiceTraits = {
  /** Exits at once with this code. */
  readonly crash?: number;
  /** Ends itself by this signal after it began to listen. */
  readonly signal?: string;
  /** Exits with code 9 once it has given this many good answers. */
  readonly crashAfterProbes?: number;
  /** Its health turns bad after this many good answers. */
  readonly sickAfterProbes?: number;
  /** Never answers its health. */
  readonly hangs?: boolean;
  /** Takes this long to stop after SIGTERM. */
  readonly stopsInMs?: number;
  /** Bytes of ballast, to make a download last. */
  readonly ballastBytes?: number;
};

/** A small real HTTP service as a file: it answers its version and its health, writes what it is told to say, and misbehaves as asked. */
export function serviceArtifact(version: string, traits: ServiceTraits = {}): Buffer {
  const source = `import { createServer } from "node:http";
const traits = ${JSON.stringify(traits)};
console.log("starting ${version}");
if (traits.crash !== undefined) { console.error("cannot go on: ${version} is broken"); process.exit(traits.crash); }
let answers = 0;
const server = createServer((request, response) => {
  if (request.url === "/version") return response.end("${version}");
  if (request.url === "/process") return response.end("${version} " + process.pid);
  if (request.url === "/environment") return response.end(JSON.stringify(process.env));
  if (request.url.startsWith("/say/")) return response.end(void console.log(decodeURIComponent(request.url.slice(5))));
  if (traits.hangs) return;
  answers += 1;
  response.writeHead(answers > (traits.sickAfterProbes ?? Infinity) ? 500 : 200).end();
  if (answers === traits.crashAfterProbes) response.once("close", () => process.exit(9));
});
server.on("error", (error) => { console.error(String(error)); process.exit(3); });
server.listen(Number(process.env.PORT), "127.0.0.1", () => {
  console.log("listening");
  if (traits.signal) process.kill(process.pid, traits.signal);
});
process.on("SIGTERM", () => setTimeout(() => process.exit(0), traits.stopsInMs ?? 0));
// ${"x".repeat(traits.ballastBytes ?? 0)}
`;
  return Buffer.from(source);
}

/** A run spec whose deadlines are short enough for a test. The port comes from the host's own file. */
export const QUICK_RUN: Partial<RunSpec> = {
  probe: { kind: "http", url: "http://127.0.0.1:1/health", expectStatus: 200, intervalMs: 200, timeoutMs: 500, failureThreshold: 2 },
  startDeadlineMs: 15_000,
  probationMs: 700,
  stopDeadlineMs: 3000,
  crashLimit: 2,
};
