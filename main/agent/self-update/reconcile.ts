import type { Journal } from "../update/journal.ts";
import { toRunningRelease } from "../update/release-identity.ts";

/** The versions that may run while the journal is in a state; undefined for every one. */
function expected({ serving }: Journal): readonly (string | undefined)[] | undefined {
  switch (serving.state) {
    case "nothing":
    case "switching":
      return undefined;
    case "healthy":
      return [serving.release.digest];
    case "probation":
      return [serving.release.digest, serving.fallback?.digest];
    case "reverting":
      return [serving.bad.digest, serving.fallback?.digest];
  }
}

/**
 * Lays the journal of the agent beside the version that runs. A person may have installed another one by hand since; that
 * word is the last: what the journal was about is over, and its history begins anew unless it knows that version.
 *
 * @param digest of the program that runs.
 */
export function reconcileJournal(journal: Journal, digest: string): Journal {
  if (expected(journal)?.includes(digest) !== false) return journal;
  const { candidate: _over, legacy: _gone, ...rest } = journal;
  const known = journal.installed.find((one) => one.proven && one.digest === digest);
  if (known === undefined) return { ...rest, serving: { state: "nothing" }, installed: [] };
  return { ...rest, serving: { state: "healthy", release: toRunningRelease(known) } };
}
