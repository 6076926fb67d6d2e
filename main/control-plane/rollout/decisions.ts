import { decide, type Decision } from "#shared/domain/rollout/decide.ts";
import type { PaceContext } from "#shared/domain/rollout/situation.ts";
import type { ApplicationId, HostId, ReleaseId } from "#shared/lib/ids.ts";
import { PaceBook } from "./pace-book.ts";
import type { Db } from "./rows.ts";
import { readSituations, type ApplicationSituation } from "./situations.ts";

/** One application of one host with what is decided for it. */
export type ApplicationDecision = { readonly situation: ApplicationSituation; readonly pace: PaceContext; readonly decision: Decision };

/** Decides one situation with the pace as it stands in the book. */
export function decideOne(situation: ApplicationSituation, book: PaceBook): ApplicationDecision {
  const pace = book.paceOf(situation.subscriptionId, situation.hostId);
  return { situation, pace, decision: decide(situation.host, situation.subscription, pace) };
}

/** Decides everything about these hosts, at most a thousand, in the connection given. Issues nothing. */
export async function decideHosts(db: Db, hostIds: readonly HostId[], now: number): Promise<readonly ApplicationDecision[]> {
  const situations = await readSituations(db, hostIds, now);
  const book = await PaceBook.read(db, situations, now);
  return situations.map((situation) => decideOne(situation, book));
}

/** What is decided for one application, in the words that people read, and the release that it is about. */
export type Explanation = {
  readonly applicationId: ApplicationId;
  readonly decision: Decision["kind"];
  readonly reason: string;
  readonly release?: { readonly releaseId: ReleaseId; readonly version: string };
};

/** Explains every application of a host without issuing anything. */
export async function explainHost(db: Db, hostId: HostId, now: number): Promise<readonly Explanation[]> {
  const decided = await decideHosts(db, [hostId], now);
  return decided.map(({ situation, decision }) => {
    const words = { applicationId: situation.applicationId, decision: decision.kind, reason: decision.reason };
    return decision.kind === "alone"
      ? words
      : { ...words, release: { releaseId: decision.release.releaseId, version: decision.release.version } };
  });
}
