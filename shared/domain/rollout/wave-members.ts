import type { HostId, SubscriptionId } from "../../lib/ids.ts";
import { murmurHash32 } from "../../lib/murmur-hash.ts";
import type { WaveSelector } from "./rollout.ts";

/** One subscription's part of a host, with the reason that keeps this host out, if any. */
export type CandidatePart = { readonly subscriptionId: SubscriptionId; readonly exclusion: string | undefined };

/** A host of a wave's group, as it stands at the moment of choosing. */
export type WaveCandidate = { readonly hostId: HostId; readonly parts: readonly CandidatePart[] };

/** One row that opening a wave writes: counted when it waits, shown with its reason when it is excluded. */
export type ChosenMember = {
  readonly hostId: HostId;
  readonly subscriptionId: SubscriptionId;
  readonly state: "waiting" | "excluded";
  readonly reason: string;
};

/** What a wave is chosen from. `taken` are the members of earlier waves of this group and rollout. */
export type WaveChoice = {
  readonly salt: string;
  readonly selector: WaveSelector;
  readonly candidates: readonly WaveCandidate[];
  readonly taken: ReadonlySet<HostId>;
};

const mayTakePart = (candidate: WaveCandidate): boolean => candidate.parts.some((part) => part.exclusion === undefined);

/**
 * Hosts in the order in which a rollout reaches them: by MurmurHash3 (x86, 32 bit) of `<salt>\n<host id>`, then by id.
 * The salt is the rollout's own, so that it is not always the same machine that goes first.
 */
export function rolloutOrder(hostIds: readonly HostId[], salt: string): readonly HostId[] {
  const ranked = hostIds.map((hostId) => ({ hostId, rank: murmurHash32(`${salt}\n${hostId}`) }));
  ranked.sort((left, right) => left.rank - right.rank || (left.hostId < right.hostId ? -1 : 1));
  return ranked.map((one) => one.hostId);
}

/**
 * How many further hosts a wave takes. A percentage is cumulative over the group: after a 10 % wave, a 50 % wave brings
 * the group to half. A count is that many more. Any part of a host counts as a whole one, so no percentage takes none.
 */
function hostsToTake(selector: WaveSelector, eligible: number, taken: number): number {
  if (selector.kind === "all") return eligible;
  if (selector.kind === "count") return selector.count;
  return Math.max(0, Math.ceil((selector.percent * eligible) / 100) - taken);
}

/**
 * The rows of one wave. The same candidates give the same rows, so a preview is exact. A host that earlier waves took is
 * never taken again; a host that was excluded before is judged anew. Hosts beyond the selector are left for later waves,
 * while every excluded host of the group is named.
 */
export function chooseWaveMembers(choice: WaveChoice): readonly ChosenMember[] {
  const open = choice.candidates.filter((candidate) => !choice.taken.has(candidate.hostId));
  const eligible = choice.candidates.filter((candidate) => choice.taken.has(candidate.hostId) || mayTakePart(candidate));
  const takenHere = eligible.filter((candidate) => choice.taken.has(candidate.hostId)).length;
  const order = rolloutOrder(
    open.filter(mayTakePart).map((candidate) => candidate.hostId),
    choice.salt,
  );
  const chosen = new Set(order.slice(0, hostsToTake(choice.selector, eligible.length, takenHere)));
  return open.filter((candidate) => chosen.has(candidate.hostId) || !mayTakePart(candidate)).flatMap(rowsOf);
}

function rowsOf(candidate: WaveCandidate): readonly ChosenMember[] {
  return candidate.parts.map(({ subscriptionId, exclusion }) =>
    exclusion === undefined
      ? { hostId: candidate.hostId, subscriptionId, state: "waiting", reason: "" }
      : { hostId: candidate.hostId, subscriptionId, state: "excluded", reason: exclusion },
  );
}
