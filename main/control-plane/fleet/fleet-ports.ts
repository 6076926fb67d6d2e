import type { HostDetail } from "#shared/contract/fleets.ts";
import type { ApplicationId, CommandId, GroupId, HostId, ReleaseId, SubscriptionId } from "#shared/lib/ids.ts";
import type { CommandBody } from "#shared/protocol/control-frames.ts";
import type { WriteUnit } from "../db/store.ts";

/** What is decided for one application of a host right now, and why, as people read it. `release` is what the host should run. */
export type HostDecision = Pick<HostDetail["desired"][number], "applicationId" | "decision" | "reason"> & {
  readonly release?: { readonly releaseId: ReleaseId; readonly version: string } | undefined;
};

/** Stops or starts offering for one subscription. */
export type OfferOrder = { readonly subscriptionId: SubscriptionId; readonly actor: string; readonly reason: string };

/** What fleets ask of the rollout engine. */
export type RolloutSeam = {
  /** The decision for every application that is not left alone. Issues nothing. */
  explain(hostId: HostId): Promise<readonly HostDecision[]>;
  /** These hosts were approved, moved, pinned or revoked: what they may run has to be decided anew. Never throws. */
  hostsChanged(hostIds: readonly HostId[]): void;
  /** The group's subscriptions or their policies changed; all of its hosts are concerned. Never throws. */
  groupChanged(groupId: GroupId): void;
  /** Answers when no grant begins any more and every connected host has acknowledged it or was cut off. */
  pause(order: OfferOrder): Promise<void>;
  resume(order: OfferOrder): Promise<void>;
};

/** One order to one host. `ttlMs` counts from the commit; after it nobody carries the order out. */
export type CommandOrder = {
  readonly hostId: HostId;
  readonly fleetId: string;
  readonly body: CommandBody;
  readonly ttlMs: number;
  readonly actor: string;
};

/**
 * What fleets ask of the agent link. That a host was revoked the link hears by itself, from the committed event
 * `host.revoked`.
 */
export type LinkSeam = {
  /** Writes the commands within the unit; the frames follow its commit. Answers the ids in order. */
  issueCommands(unit: WriteUnit, orders: readonly CommandOrder[]): Promise<readonly CommandId[]>;
  /** Follows what an application writes there. @throws AppError TRANSPORT_CLOSED, REMOTE_TIMEOUT. */
  followLog(hostId: HostId, applicationId: ApplicationId, signal: AbortSignal | undefined): Promise<AsyncGenerator<string>>;
};

/** What a new host is told: where to go, whom to expect there, which root of trust to start from. */
export type EnrolmentFacts = {
  /** Addresses for hosts, best first. */
  urls(): readonly string[];
  /** SHA-256 of the certificate that hosts will see; undefined on plain loopback. */
  certificatePin(): string | undefined;
  /** How this machine starts an agent, while no other machine can reach the control plane; else undefined. */
  localAgent(): string | undefined;
  /** The newest root metadata, which new tokens pin: an older one names keys that may be in wrong hands by now. */
  pinnedRoot(): { readonly version: number; readonly sha256: string };
  /** The root metadata that a token has pinned. */
  rootBytes(version: number): Promise<Uint8Array>;
};
