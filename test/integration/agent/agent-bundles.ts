import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildAgent } from "#test/faults/agent-bundle.ts";
import { asFaultyVersion, type BundleFault } from "#test/faults/faulty-bundle.ts";

let built: Promise<string> | undefined;

async function build(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "rollcall-agent-bundle-"));
  try {
    return await readFile(await buildAgent(folder), "utf8");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The agent as it is shipped, calling itself by a version, with something wrong with it if asked. Built once. */
export async function agentBundle(version: string, fault?: BundleFault): Promise<Buffer> {
  built ??= build();
  return Buffer.from(asFaultyVersion(await built, version, fault));
}
