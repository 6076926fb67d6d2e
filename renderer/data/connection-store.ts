import { createStore } from "zustand/vanilla";

/** How long the feed may be down before the console calls itself offline, in milliseconds. */
export const OFFLINE_AFTER_MS = 30_000;

/** What is known of the connection; {@link connectionView} turns it into words. */
export type ConnectionFacts = {
  readonly feed: "opening" | "open" | "lost" | "logged-out";
  /** When the control plane was last heard, epoch ms. */
  readonly heardAt: number | undefined;
  /** When the feed was lost, epoch ms. */
  readonly lostAt: number | undefined;
};

type ConnectionActions = {
  readonly opened: (now: number) => void;
  readonly heard: (now: number) => void;
  readonly lost: (now: number) => void;
  readonly loggedOut: () => void;
};

/** Makes the store of the one connection to the control plane. */
export const createConnectionStore = () =>
  createStore<ConnectionFacts & ConnectionActions>()((set) => ({
    feed: "opening",
    heardAt: undefined,
    lostAt: undefined,
    opened: (now) => set({ feed: "open", heardAt: now, lostAt: undefined }),
    heard: (now) => set({ heardAt: now }),
    lost: (now) => set((state) => ({ feed: "lost", lostAt: state.lostAt ?? now })),
    loggedOut: () => set({ feed: "logged-out" }),
  }));

/** The connection of this window. */
export const connectionStore = createConnectionStore();

/** The words of the freshness indicator. Offline means read-only: actions are refused with the reason, never queued. */
export type ConnectionView =
  | { readonly kind: "opening" }
  | { readonly kind: "connected" }
  | { readonly kind: "reconnecting"; readonly silentMs: number | undefined }
  | { readonly kind: "offline"; readonly silentMs: number | undefined }
  | { readonly kind: "logged-out" };

/** Tells what to show at `now` (epoch ms). A feed lost for {@link OFFLINE_AFTER_MS} is offline. */
export function connectionView(facts: ConnectionFacts, now: number): ConnectionView {
  const silentMs = facts.heardAt === undefined ? undefined : Math.max(0, now - facts.heardAt);
  switch (facts.feed) {
    case "logged-out":
      return { kind: "logged-out" };
    case "open":
      return { kind: "connected" };
    case "opening":
      return { kind: "opening" };
    case "lost":
      return { kind: now - (facts.lostAt ?? now) >= OFFLINE_AFTER_MS ? "offline" : "reconnecting", silentMs };
  }
}
