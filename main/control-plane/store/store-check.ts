import { AppError, toAppError } from "#shared/errors/app-error.ts";
import type { Clock } from "../ports/clock.ts";
import type { ReleaseStore } from "../ports/release-store.ts";

/** A look at a store ends after this long, whatever the other side does. */
const CHECK_TIMEOUT_MS = 20_000;

/** What a look at a store found: whether releases can be written there, in a sentence. */
export type StoreCheck = { readonly ok: boolean; readonly message: string; readonly failure?: AppError };

/** Asks a store whether it can be used. Never throws: not being usable is an answer. */
export async function checkStore(releaseStore: ReleaseStore, productId: string, clock: Clock): Promise<StoreCheck> {
  const ending = new AbortController();
  const cancel = clock.after(CHECK_TIMEOUT_MS, () => ending.abort());
  try {
    const probe = await releaseStore.probe(productId, ending.signal);
    const who = probe.account === undefined ? "" : ` as ${probe.account}`;
    const verdict = probe.canWrite ? `Releases can be written there${who}.` : `It can be read${who}, but nothing can be written there.`;
    return { ok: probe.canWrite, message: [verdict, ...probe.notes].join(" ").slice(0, 500) };
  } catch (thrown) {
    const failure = ending.signal.aborted
      ? new AppError("REMOTE_TIMEOUT", `The store did not answer within ${CHECK_TIMEOUT_MS / 1000} seconds.`, { cause: thrown })
      : toAppError(thrown);
    return { ok: false, message: failure.message.slice(0, 500), failure };
  } finally {
    cancel();
  }
}
