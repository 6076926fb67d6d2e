import type { HostId } from "#shared/lib/ids.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type { Clock } from "../ports/clock.ts";
import type { OpenLink } from "./open-link.ts";
import { stepPresence, type Presence, type PresenceEffect, type PresenceEvent } from "./presence.ts";

/** How long an older link has for its sign of life. */
export const PROBE_MS = 5_000;

/** A host was cloned for at least this long after the second machine was last seen. */
export const CLONE_QUIET_MS = 60_000;

/** A host came, went, was found cloned or is one machine again. */
export type PresenceChange = {
  readonly hostId: HostId;
  readonly fleetId: string;
  readonly from: Presence<OpenLink>["kind"];
  readonly to: "connected" | "disconnected" | "cloned";
};

const ABSENT = { kind: "absent" } as const;

/** The live links of every host, in memory. All rules are in {@link stepPresence}; this carries out their effects. */
export class PresenceBoard {
  readonly #clock: Clock;
  readonly #listener: (change: PresenceChange) => void;
  readonly #hosts = new Map<HostId, Presence<OpenLink>>();

  constructor(clock: Clock, listener: (change: PresenceChange) => void) {
    this.#clock = clock;
    this.#listener = listener;
  }

  joined(link: OpenLink): void {
    this.#step(link, { kind: "joined", link });
  }

  left(link: OpenLink): void {
    this.#step(link, { kind: "left", link });
  }

  alive(link: OpenLink): void {
    if (this.#hosts.get(link.hostId)?.kind === "suspected") this.#step(link, { kind: "alive", link });
  }

  /** The link to which grants, goes and commands may go: the only one of its host, after its hello. */
  trusted(hostId: HostId): OpenLink | undefined {
    const presence = this.#hosts.get(hostId);
    return presence?.kind === "single" && presence.link.isOpen ? presence.link : undefined;
  }

  isCloned(hostId: HostId): boolean {
    return this.#hosts.get(hostId)?.kind === "cloned";
  }

  /** Every live link of the host, whatever is known about it. */
  linksOf(hostId: HostId): readonly OpenLink[] {
    return linksIn(this.#hosts.get(hostId) ?? ABSENT);
  }

  *everyLink(): Generator<OpenLink> {
    for (const presence of this.#hosts.values()) yield* linksIn(presence);
  }

  /** Hosts with at least one live link. */
  get connectedHosts(): number {
    return this.#hosts.size;
  }

  #step(about: Pick<OpenLink, "hostId" | "fleetId">, event: PresenceEvent<OpenLink>): void {
    const before = this.#hosts.get(about.hostId) ?? ABSENT;
    const { presence, effects } = stepPresence<OpenLink>(before, event);
    if (presence.kind === "absent") this.#hosts.delete(about.hostId);
    else this.#hosts.set(about.hostId, presence);
    for (const effect of effects) this.#carryOut(about, before.kind, effect);
  }

  #carryOut(about: Pick<OpenLink, "hostId" | "fleetId">, from: Presence<OpenLink>["kind"], effect: PresenceEffect<OpenLink>): void {
    const { hostId, fleetId } = about;
    switch (effect.kind) {
      case "probe":
        return effect.link.probe();
      case "drop":
        return effect.link.end(new AppError("TRANSPORT_CLOSED", "A newer link of this host took over."));
      case "await-probe":
        this.#clock.after(PROBE_MS, () => this.#step({ hostId, fleetId }, { kind: "probe-ended", newest: effect.newest }));
        return;
      case "await-quiet":
        this.#clock.after(CLONE_QUIET_MS, () => this.#step({ hostId, fleetId }, { kind: "quiet-ended", round: effect.round }));
        return;
      case "changed":
        this.#listener({ hostId, fleetId, from, to: effect.to });
    }
  }
}

function linksIn(presence: Presence<OpenLink>): readonly OpenLink[] {
  switch (presence.kind) {
    case "absent":
      return [];
    case "single":
      return [presence.link];
    case "suspected":
      return [presence.newest, ...presence.older];
    case "cloned":
      return presence.links;
  }
}
