import { commandLineOf } from "#shared/domain/release/command-line.ts";
import type { HostFailure } from "#shared/domain/host/reported.ts";
import { HOOK_NOT_NOW, HOOK_TIMEOUT_MS, type RunHook } from "#shared/domain/release/run-hooks.ts";
import { shownText } from "#shared/lib/shown-text.ts";
import type { LaunchSpec, RunnableRelease } from "../process/launch-spec.ts";
import { describeOnceEnd, runOnce } from "../process/run-once.ts";

/** What the hook said. `said` is the last of its output, for people. */
export type HookVerdict =
  | { readonly kind: "go" }
  | { readonly kind: "not-now"; readonly said: string }
  | { readonly kind: "stopped" }
  | { readonly kind: "failed"; readonly failure: HostFailure };

/** Names the moment to a program that serves as several hooks. */
const HOOK_VARIABLE = "ROLLCALL_HOOK";
const MOST_TAIL = 4000;
const MOST_SAID = 300;

/**
 * Asks the new version's hook whether the host may switch to it now: exit 0 is yes, 75 is "not now", anything else, a
 * time-out included, fails the update. It runs as the application does, in the application's folder.
 */
export async function askHook(hook: RunHook, runnable: RunnableRelease, spec: LaunchSpec, signal: AbortSignal): Promise<HookVerdict> {
  const { unpack } = runnable.runSpec;
  const line = commandLineOf({ command: hook.command, arguments: hook.arguments ?? [], unpack }, runnable.artifactPath);
  const timeoutMs = hook.timeoutMs ?? HOOK_TIMEOUT_MS;
  const environment = { ...spec.environment, [HOOK_VARIABLE]: "pre-upgrade" };
  const { end, tail } = await runOnce({ ...spec, ...line, environment, timeoutMs, signal });
  if (end.kind === "aborted") return { kind: "stopped" };
  if (end.kind === "exit" && end.code === 0) return { kind: "go" };
  if (end.kind === "exit" && end.code === HOOK_NOT_NOW) return { kind: "not-now", said: shownText(tail.trim().slice(-MOST_SAID)) };
  const logTail = tail.slice(-MOST_TAIL);
  const message = `The pre-upgrade hook ${describeOnceEnd(end, timeoutMs)}. Nothing was switched.`;
  return { kind: "failed", failure: { cause: "exec", code: "HOST_HOOK_FAILED", message, ...(logTail !== "" && { logTail }) } };
}
