import { startGated, type GateKeeper } from "./gated-process.ts";
import type { LaunchSpec } from "./launch-spec.ts";
import type { ProcessIdentity } from "./process-identity.ts";
import type { RunningProcess } from "./running-process.ts";

/** What a start gave: a process, or the reason why there cannot be one. */
export type LaunchResult =
  | { readonly kind: "started"; readonly process: RunningProcess }
  | { readonly kind: "not-executable" | "no-socket"; readonly message: string };

/**
 * Starts a process so that it is never running without a durable record of it.
 *
 * It waits at a gate first, with the pid that it will have; once `remember` has made that pid durable, it is let through.
 * An agent that is killed before that closes the gate, and nothing was started. So a restarted agent always finds what is
 * running, and there are never two copies that it does not know of.
 *
 * @throws what `remember` throws; then nothing was started.
 */
export async function launch(
  spec: LaunchSpec,
  remember: (identity: ProcessIdentity) => Promise<void>,
  start: GateKeeper = startGated,
): Promise<LaunchResult> {
  const gate = await start(spec);
  if (gate.kind !== "waiting") return gate;
  const { identity, exited, ready, open, drop } = gate.process;
  try {
    await remember(identity);
  } catch (thrown) {
    drop();
    throw thrown;
  }
  open();
  return { kind: "started", process: { identity, exited, ...(ready && { ready }) } };
}
