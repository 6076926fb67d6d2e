import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RunSpec } from "#shared/domain/release/run-spec.ts";
import { runSpec } from "#shared/domain/release/run-spec.ts";

/** The application of the demo. */
export const DEMO_PRODUCT = "org.rollcall.demo";

const source = (version: string): string => `#!/usr/bin/env node
// The demo's web service, version ${version}. It answers its version, drains on SIGTERM and keeps nothing.
const http = require("node:http");
const server = http.createServer((request, response) => {
  response.setHeader("connection", "close");
  response.end(request.url === "/healthz" ? "ok" : JSON.stringify({ version: "${version}", pid: process.pid }));
});
server.listen(Number(process.env.PORT), "127.0.0.1", () => console.log("listening on " + process.env.PORT));
process.on("SIGTERM", () => server.close(() => process.exit(0)));
`;

const brokenSource = (version: string): string => `#!/usr/bin/env node
// Version ${version} of the demo's web service, with a mistake: it needs a setting that nobody has made.
console.error("fatal: DATABASE_URL is not set");
process.exit(1);
`;

/** Writes one version of the service as the file an operator would drop on the window; answers its path. */
export async function writeDemoService(folder: string, version: string, isBroken: boolean): Promise<string> {
  const path = join(folder, `demo-web-${version}.cjs`);
  await writeFile(path, isBroken ? brokenSource(version) : source(version), { mode: 0o755 });
  return path;
}

/** How hosts run the service: this Node, the installed file, a probe; short deadlines, so that the story is short. */
export function demoRunSpec(): RunSpec {
  return runSpec.parse({
    command: process.execPath,
    arguments: ["{artifact}"],
    environment: { PORT: "0" },
    probe: { kind: "http", url: "http://127.0.0.1:1/healthz", intervalMs: 1000, timeoutMs: 1000, failureThreshold: 3 },
    stopDeadlineMs: 3000,
    startDeadlineMs: 10_000,
    probationMs: 3000,
    crashLimit: 3,
  });
}
