import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { isAlive, readStamp } from "#main/agent/process/process-identity.ts";
import { QUICK_RUN, serviceArtifact } from "./service-artifact.ts";
import { setUpServing } from "./serving-agent.ts";

/** What a hook does: it writes down its pid and that of a child, then ends or hangs as the file `word` says. */
function hookScript(folder: string): string {
  return `sleep 600 & echo "$$ $!" > ${folder}/pids; echo "asked as $ROLLCALL_HOOK for $ROLLCALL_VERSION"; word=$(cat ${folder}/word);
    if [ "$word" = hang ]; then sleep 600; fi; exit "$word"`;
}

/** An agent that serves 1.0.0, and a way to publish 2.0.0 with a hook whose word the test chooses. */
export async function serveWithHook(word: string) {
  const setting = await setUpServing();
  const { stub, agent, first } = setting;
  const say = (next: string): Promise<void> => writeFile(join(agent.folder, "word"), next);
  await say(word);
  const preUpgrade = { command: "/bin/sh", arguments: ["-c", hookScript(agent.folder)], timeoutMs: 30_000 };
  const publish = (timeoutMs = preUpgrade.timeoutMs, version = "2.0.0") =>
    stub.publish({
      version,
      bytes: serviceArtifact(version),
      runSpec: { ...QUICK_RUN, hooks: { preUpgrade: { ...preUpgrade, timeoutMs } } },
    });
  /** The hook's process and its child, once both run. */
  const hookPids = async (): Promise<readonly number[]> => {
    let pids: readonly number[] = [];
    await expect
      .poll(
        async () => {
          pids = (await readFile(join(agent.folder, "pids"), "utf8").catch(() => "")).trim().split(" ").map(Number);
          return pids.length === 2;
        },
        { timeout: 30_000 },
      )
      .toBe(true);
    return pids;
  };
  return { ...setting, first, say, publish, hookPids };
}

/** Waits until none of these runs any more. */
export async function untilGone(pids: readonly number[]): Promise<void> {
  for (const pid of pids) {
    const stamp = await readStamp(pid);
    if (stamp !== undefined) await expect.poll(() => isAlive({ pid, stamp }), { timeout: 30_000 }).toBe(false);
  }
}
