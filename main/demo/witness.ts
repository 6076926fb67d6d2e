import { AppError } from "#shared/errors/app-error.ts";
import type { DemoHost, DemoWorld } from "./demo-world.ts";
import { startLoad } from "./steady-load.ts";

const ASK_TIMEOUT_MS = 2000;
const LOOK_AGAIN_MS = 150;
/** Between an answer and the next request of one client: a load that a laptop carries beside everything else. */
const LOAD_GAP_MS = 20;

/** The version that a service itself answers over HTTP; `-` while none answers. */
export async function versionOf(host: DemoHost): Promise<string> {
  try {
    const response = await fetch(`http://127.0.0.1:${host.port}/`, { signal: AbortSignal.timeout(ASK_TIMEOUT_MS) });
    const answer: unknown = await response.json();
    return typeof answer === "object" && answer !== null && "version" in answer ? String(answer.version) : "-";
  } catch {
    return "-";
  }
}

/** What every service answers now, by host name. */
export async function versions(world: DemoWorld): Promise<ReadonlyMap<string, string>> {
  return new Map(await Promise.all(world.hosts.map(async (host) => [host.name, await versionOf(host)] as const)));
}

/** Looks again until `isSo` holds. @throws AppError REMOTE_TIMEOUT that says what was seen last. */
export async function until(
  what: string,
  deadlineMs: number,
  isSo: () => Promise<boolean>,
  lastSeen: () => Promise<string>,
): Promise<void> {
  const giveUpAt = performance.now() + deadlineMs;
  while (!(await isSo())) {
    if (performance.now() > giveUpAt)
      throw new AppError("REMOTE_TIMEOUT", `Waited ${deadlineMs / 1000} s in vain for: ${what}. Last seen: ${await lastSeen()}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

/** Watches the services in the background and remembers every version that each ever answered. */
export function startWitness(world: DemoWorld): { seen(): ReadonlyMap<string, ReadonlySet<string>>; stop(): Promise<void> } {
  const seen = new Map<string, Set<string>>();
  let isWatching = true;
  const watching = (async () => {
    while (isWatching) {
      for (const [name, version] of await versions(world)) seen.set(name, (seen.get(name) ?? new Set()).add(version));
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  })();
  return {
    seen: () => seen,
    stop: async () => {
      isWatching = false;
      await watching;
    },
  };
}

/**
 * Puts a load on every service, on new connections and on old ones, until `work` is done.
 *
 * @returns how many requests were answered.
 * @throws AppError CONFLICT_STATE when one failed: a change of versions is to cost none.
 */
export async function underLoad(world: DemoWorld, work: () => Promise<void>): Promise<number> {
  const loads = world.hosts.flatMap(({ name, port }) =>
    (["close", "keep-alive"] as const).map((kind) => ({ name, kind, load: startLoad(port, kind, 1, LOAD_GAP_MS) })),
  );
  let answered = 0;
  const failed: string[] = [];
  try {
    await work();
  } finally {
    for (const { name, kind, load } of loads) {
      const tally = await load.stop();
      answered += tally.requests - tally.failed;
      failed.push(...tally.failures.map((one) => `${name} (${kind}): ${one}`));
    }
  }
  if (failed.length > 0) throw new AppError("CONFLICT_STATE", `Requests failed while versions changed: ${failed.slice(0, 10).join("; ")}.`);
  return answered;
}
