import { randomBytes } from "node:crypto";
import { chown, mkdir } from "node:fs/promises";
import { removeTree } from "#main/node/archive/remove-tree.ts";
import type { HostFailure } from "#shared/domain/host/reported.ts";
import type { LaunchSpec } from "../process/launch-spec.ts";
import { describeOnceEnd, runOnce } from "../process/run-once.ts";

/** What a program prints to show that it starts here: the value of this variable, then it may end. */
export const SANITY_VARIABLE = "ROLLCALL_SANITY_TOKEN";
/** Programs that were built with overseer answer to this name already. */
const OVERSEER_VARIABLE = "OVERSEER_BIN_CHECK";
const TIMEOUT_MS = 5000;
const MOST_TAIL = 4000;

/**
 * Runs a new version once, as its own user and in its own environment, with a random token and an empty folder. It is
 * sane when the token is on either of its outputs within five seconds, whatever else is; then it is killed with all that
 * it started. A program that does not know the variable starts as always, and says nothing of the kind.
 *
 * @param folder made for it and removed behind it.
 * @returns undefined when it is sane or was stopped; otherwise what went wrong, with the last of its output.
 */
export async function askForToken(spec: LaunchSpec, folder: string, signal: AbortSignal): Promise<HostFailure | undefined> {
  const token = randomBytes(16).toString("hex");
  await removeTree(folder);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    if (spec.user !== undefined) await chown(folder, spec.user.uid, spec.user.gid);
    const environment = { ...spec.environment, [SANITY_VARIABLE]: token, [OVERSEER_VARIABLE]: token };
    const until = (output: string): boolean => output.includes(token);
    const { end, tail } = await runOnce({ ...spec, environment, workFolder: folder, timeoutMs: TIMEOUT_MS, signal, until });
    if (end.kind === "satisfied" || end.kind === "aborted") return undefined;
    const logTail = tail.slice(-MOST_TAIL);
    const message = `Run once to try it, it did not print the token it was given: it ${describeOnceEnd(end, TIMEOUT_MS)}. Nothing was switched.`;
    return { cause: "exec", code: "ARTIFACT_SANITY_FAILED", message, ...(logTail !== "" && { logTail }) };
  } finally {
    await removeTree(folder);
  }
}
