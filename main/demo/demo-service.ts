import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { RunSpec } from "#shared/domain/release/run-spec.ts";
import { runSpec } from "#shared/domain/release/run-spec.ts";

/** The application of the demo. */
export const DEMO_PRODUCT = "org.rollcall.demo";

/** The helper that every Node service may take along; the demo's services import it from where it lies. */
const DRAIN = pathToFileURL(join(import.meta.dirname, "../drain/drain.ts")).href;

const source = (version: string): string => `#!/usr/bin/env node
// The demo's web service, version ${version}. It answers its version on the socket that its host holds, drains on SIGTERM
// and keeps nothing.
import { createServer } from "node:http";
import { serve } from ${JSON.stringify(DRAIN)};
const server = createServer((request, response) => {
  response.end(request.url === "/healthz" ? "ok" : JSON.stringify({ version: "${version}", pid: process.pid }));
});
await serve(server, { name: "http" });
console.log("serving " + process.env.ROLLCALL_LISTEN);
`;

const brokenSource = (version: string): string => `#!/usr/bin/env node
// Version ${version} of the demo's web service, with a mistake: it needs a setting that nobody has made.
console.error("fatal: DATABASE_URL is not set");
process.exit(1);
`;

/** Writes one version of the service as the file an operator would drop on the window; answers its path. */
export async function writeDemoService(folder: string, version: string, isBroken: boolean): Promise<string> {
  const path = join(folder, `demo-web-${version}.mjs`);
  await writeFile(path, isBroken ? brokenSource(version) : source(version), { mode: 0o755 });
  return path;
}

/** How hosts run the service: this Node, the installed file, a probe; short deadlines, so that the story is short. */
export function demoRunSpec(): RunSpec {
  return runSpec.parse({
    command: process.execPath,
    arguments: ["{artifact}"],
    // Each host's own file says on which port; it holds the socket while versions change.
    sockets: [{ name: "http", kind: "tcp", port: 8080 }],
    readiness: { kind: "pipe" },
    drainDeadlineMs: 10_000,
    probe: { kind: "http", url: "http://127.0.0.1:8080/healthz", intervalMs: 1000, timeoutMs: 1000, failureThreshold: 3 },
    stopDeadlineMs: 3000,
    startDeadlineMs: 10_000,
    probationMs: 3000,
    crashLimit: 3,
  });
}
