import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AGENT_PATHS } from "#shared/protocol/limits.ts";
import { asVersion, buildAgent } from "#test/faults/agent-bundle.ts";

/** What is wrong with a version of the agent. Each still says its version when it is asked. */
export type BundleFault = "throws at start" | "hangs before it serves" | "never reaches its control plane";

/** Printed by a version that hangs, once it does. */
export const HANGS = "this version hangs";

const FIRST_LINES: Partial<Record<BundleFault, string>> = {
  "throws at start": 'if (!process.argv.includes("--version")) throw new Error("broken");',
  "hangs before it serves": `if (!process.argv.includes("--version")) { process.stderr.write("${HANGS}\\n"); await new Promise((resolve) => setTimeout(resolve, 2 ** 31 - 1)); }`,
};

let built: Promise<string> | undefined;

async function build(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "rollcall-agent-bundle-"));
  try {
    return await readFile(await buildAgent(folder), "utf8");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Replaces a text that must be there. */
function replaced(text: string, from: string, to: string): string {
  if (!text.includes(from)) throw new Error(`The bundle does not hold ${from}.`);
  return text.replaceAll(from, to);
}

/** The agent as it is shipped, calling itself by a version, with something wrong with it if asked. Built once. */
export async function agentBundle(version: string, fault?: BundleFault): Promise<Buffer> {
  built ??= build();
  const [shebang = "", ...rest] = asVersion(await built, version).split("\n");
  const text = [shebang, ...(fault === undefined ? [] : [FIRST_LINES[fault] ?? ""]), ...rest].join("\n");
  if (fault !== "never reaches its control plane") return Buffer.from(text);
  return Buffer.from([AGENT_PATHS.link, AGENT_PATHS.poll].reduce((bundle, path) => replaced(bundle, `"${path}"`, '"/nowhere"'), text));
}
