/** What the rules need to know of a link; links are compared by identity. */
export type PresentLink = { readonly boot: string };

/**
 * Who is there under one host's identity:
 *
 *                 joined                joined                 older is alive
 *       absent ───────────▶ single ───────────▶ suspected ───────────────────▶ cloned
 *          ▲                 │  ▲                   │                             │
 *          └──────left───────┘  └── older is gone ──┘      nobody else for a while│
 *          ▲                    ▲   or does not answer                            │
 *          └────────────────────┴─────────────────────────────────────────────────┘
 *
 * A second link alone proves nothing: an agent that lost its network comes back while its old connection still looks
 * open here. Only when the older one answers a probe are there two machines. `cloned` ends when no more than one link
 * was there for the whole quiet time; each join restarts that time, which `round` counts.
 */
export type Presence<L extends PresentLink> =
  | { readonly kind: "absent" }
  | { readonly kind: "single"; readonly link: L }
  | { readonly kind: "suspected"; readonly newest: L; readonly older: readonly L[] }
  | { readonly kind: "cloned"; readonly links: readonly L[]; readonly round: number };

/** What happened to one of the links, or to a timer that an effect asked for. */
export type PresenceEvent<L extends PresentLink> =
  | { readonly kind: "joined"; readonly link: L }
  | { readonly kind: "left"; readonly link: L }
  | { readonly kind: "alive"; readonly link: L }
  | { readonly kind: "probe-ended"; readonly newest: L }
  | { readonly kind: "quiet-ended"; readonly round: number };

/** What is to be done about it, in this order. */
export type PresenceEffect<L extends PresentLink> =
  | { readonly kind: "probe"; readonly link: L }
  | { readonly kind: "drop"; readonly link: L }
  | { readonly kind: "await-probe"; readonly newest: L }
  | { readonly kind: "await-quiet"; readonly round: number }
  | { readonly kind: "changed"; readonly to: "connected" | "disconnected" | "cloned" };

/** Where the machine is now, and what is to be done. */
export type PresenceStep<L extends PresentLink> = { readonly presence: Presence<L>; readonly effects: readonly PresenceEffect<L>[] };

/** One step of the machine above. Events about links or rounds that are over change nothing. */
export function stepPresence<L extends PresentLink>(presence: Presence<L>, event: PresenceEvent<L>): PresenceStep<L> {
  switch (event.kind) {
    case "joined":
      return joined(presence, event.link);
    case "left":
      return left(presence, event.link);
    case "alive":
      return alive(presence, event.link);
    case "probe-ended":
      return presence.kind === "suspected" && presence.newest === event.newest
        ? settle(presence.newest, presence.older)
        : unchanged(presence);
    case "quiet-ended":
      return presence.kind === "cloned" && presence.round === event.round && presence.links.length <= 1
        ? resolve(presence.links[0])
        : unchanged(presence);
  }
}

function joined<L extends PresentLink>(presence: Presence<L>, link: L): PresenceStep<L> {
  switch (presence.kind) {
    case "absent":
      return { presence: { kind: "single", link }, effects: [{ kind: "changed", to: "connected" }] };
    case "single":
      return suspect(link, [presence.link]);
    case "suspected":
      return suspect(link, [presence.newest, ...presence.older]);
    case "cloned": {
      const replaced = presence.links.filter((other) => other.boot === link.boot);
      const links = [...presence.links.filter((other) => other.boot !== link.boot), link];
      return quieten({ ...presence, links }, replaced);
    }
  }
}

function left<L extends PresentLink>(presence: Presence<L>, link: L): PresenceStep<L> {
  switch (presence.kind) {
    case "absent":
      return unchanged(presence);
    case "single":
      return presence.link === link
        ? { presence: { kind: "absent" }, effects: [{ kind: "changed", to: "disconnected" }] }
        : unchanged(presence);
    case "suspected": {
      const [newest, ...older] = [presence.newest, ...presence.older].filter((other) => other !== link);
      if (newest === undefined) return { presence: { kind: "absent" }, effects: [{ kind: "changed", to: "disconnected" }] };
      return older.length === 0 ? settle(newest, []) : unchanged({ kind: "suspected", newest, older });
    }
    case "cloned": {
      const links = presence.links.filter((other) => other !== link);
      return links.length === presence.links.length ? unchanged(presence) : quieten({ ...presence, links }, []);
    }
  }
}

function alive<L extends PresentLink>(presence: Presence<L>, link: L): PresenceStep<L> {
  if (presence.kind !== "suspected" || !presence.older.includes(link)) return unchanged(presence);
  const links = [presence.newest, ...presence.older];
  return { presence: { kind: "cloned", links, round: 0 }, effects: [{ kind: "changed", to: "cloned" }] };
}

function suspect<L extends PresentLink>(newest: L, older: readonly L[]): PresenceStep<L> {
  const probes = older.map((link) => ({ kind: "probe", link }) as const);
  return { presence: { kind: "suspected", newest, older }, effects: [...probes, { kind: "await-probe", newest }] };
}

function settle<L extends PresentLink>(link: L, dropped: readonly L[]): PresenceStep<L> {
  const drops = dropped.map((other) => ({ kind: "drop", link: other }) as const);
  return { presence: { kind: "single", link }, effects: [...drops, { kind: "changed", to: "connected" }] };
}

function quieten<L extends PresentLink>(cloned: Presence<L> & { readonly kind: "cloned" }, replaced: readonly L[]): PresenceStep<L> {
  const round = cloned.round + 1;
  const drops = replaced.map((link) => ({ kind: "drop", link }) as const);
  const wait = cloned.links.length <= 1 ? [{ kind: "await-quiet", round } as const] : [];
  return { presence: { ...cloned, round }, effects: [...drops, ...wait] };
}

function resolve<L extends PresentLink>(link: L | undefined): PresenceStep<L> {
  return link === undefined
    ? { presence: { kind: "absent" }, effects: [{ kind: "changed", to: "disconnected" }] }
    : { presence: { kind: "single", link }, effects: [{ kind: "changed", to: "connected" }] };
}

function unchanged<L extends PresentLink>(presence: Presence<L>): PresenceStep<L> {
  return { presence, effects: [] };
}
