import { execFile } from "node:child_process";
import { copyFile, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { stripTypeScriptTypes } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "../fleet/server-process.ts";
import type { SwapProgram } from "./swap-world.ts";

const SAMPLES = join(ROOT, "docs/samples");

/** Samples of the guide, and what a program does that has not read it. */
export type SampleName = "node" | "python" | "c" | "stock";

/** Shuts down as `http.Server.close()` does, and Go's `Shutdown`: idle connections are closed at once. */
const STOCK = `import { createServer } from "node:http";
import { writeSync } from "node:fs";
const server = createServer((request, response) => response.end(process.env.ROLLCALL_VERSION));
server.listen({ fd: 3, backlog: 4096 }, () => writeSync(Number(process.env.ROLLCALL_READY_FD), "ready\\n"));
process.on("SIGTERM", () => server.close(() => process.exit(0)));
`;

/** Makes a sample ready to be run, in a new temporary folder that the caller removes. */
export async function prepareSample(name: SampleName): Promise<{ readonly folder: string; readonly program: SwapProgram }> {
  const folder = await mkdtemp(join(tmpdir(), "rollcall-sample-"));
  const within = (file: string): string => join(folder, file);
  switch (name) {
    case "node": {
      const helper = await readFile(join(ROOT, "main/drain/drain.ts"), "utf8");
      await writeFile(within("rollcall-drain.js"), stripTypeScriptTypes(helper));
      await writeFile(within("package.json"), '{"type":"module"}');
      await copyFile(join(SAMPLES, "node/server.mjs"), within("server.mjs"));
      return { folder, program: { command: process.execPath, args: [within("server.mjs")] } };
    }
    case "stock":
      await writeFile(within("server.mjs"), STOCK);
      return { folder, program: { command: process.execPath, args: [within("server.mjs")] } };
    case "python":
      return { folder, program: { command: "python3", args: [join(SAMPLES, "python/server.py")] } };
    case "c":
      await promisify(execFile)("cc", ["-O2", "-pthread", "-o", within("server"), join(SAMPLES, "c/server.c")]);
      return { folder, program: { command: within("server"), args: [] } };
  }
}
