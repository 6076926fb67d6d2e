import type { ReportedApplication } from "#shared/domain/host/reported.ts";
import type { GrantId, HostId } from "#shared/lib/ids.ts";
import type { ReportBody } from "#shared/protocol/agent-frames.ts";
import type { DesiredApplication } from "#shared/protocol/control-frames.ts";
import type { RawDatabase } from "../ports/database.ts";
import type { HostLink } from "./host-link.ts";

/**
 * What a host said about its applications: a report of one change, the regular state, or the whole list of a `hello`.
 * Outcomes of commands are not told here; whoever issues commands takes them.
 */
export type Observation =
  | Exclude<ReportBody, { readonly kind: "command" }>
  | { readonly kind: "hello"; readonly applications: readonly ReportedApplication[] };

/**
 * What the agent link calls. The link itself keeps who is connected (`hosts.connection`), the boot and the sequence of
 * reports, and the pair of the desired document; a document is the same when it differs in `leaseMs` alone.
 */
export type HostSeam = {
  /**
   * What this host should run now, one entry per application that is not left alone. Issues a grant, atomically with
   * the caps, when `decide` offers; asking again returns the same grant with what is left of its lease.
   */
  desiredFor(hostId: HostId): Promise<readonly DesiredApplication[]>;
  /**
   * Writes an observation: `hostApplications`, `hostQuarantines`, the host's timeline and `hosts.lastSeenAt`. Called
   * inside the link's own `store.hot` work, so that it commits together with the report's sequence number. `now` is
   * the time of receipt; the host's clock decides nothing.
   */
  record(raw: RawDatabase, hostId: HostId, observation: Observation, now: number): void;
  /** After that commit: derives what follows (grants end, members finish, gates trip, goes are given). Never throws. */
  observed(hostId: HostId): void;
  /**
   * The host's links or its identity changed: gone, cloned or one machine again, approved, moved, pinned or revoked.
   * One that merely connects is told by the observation of its `hello`. Never throws.
   */
  hostChanged(hostId: HostId): void;
  /**
   * Whether a grant was taken back. A document is made before its pair is committed and sent; a pause may come between,
   * so ask right before sending, and make the document anew when it carries such a grant.
   */
  wasRevoked(grantId: GrantId): boolean;
  /** Hands over the way to connected hosts, once, before the first host connects. */
  attach(link: HostLink): void;
};
