import { describe, expect, it } from "vitest";
import { connectionView, createConnectionStore, OFFLINE_AFTER_MS } from "#renderer/data/connection-store.ts";

describe("the connection", () => {
  it("begins by connecting, and is live once the feed is open", () => {
    const store = createConnectionStore();
    expect(connectionView(store.getState(), 0).kind).toBe("opening");
    store.getState().opened(1000);
    expect(connectionView(store.getState(), 2000)).toEqual({ kind: "connected" });
  });

  it("says since when nothing was heard while it reconnects", () => {
    const store = createConnectionStore();
    store.getState().opened(1000);
    store.getState().heard(5000);
    store.getState().lost(9000);
    expect(connectionView(store.getState(), 13_000)).toEqual({ kind: "reconnecting", silentMs: 8000 });
  });

  it("is offline when it stayed lost, counted from the first loss", () => {
    const store = createConnectionStore();
    store.getState().lost(1000);
    store.getState().lost(20_000);
    expect(connectionView(store.getState(), 1000 + OFFLINE_AFTER_MS).kind).toBe("offline");
  });

  it("forgets the loss when it is open again", () => {
    const store = createConnectionStore();
    store.getState().lost(1000);
    store.getState().opened(2000);
    store.getState().lost(100_000);
    expect(connectionView(store.getState(), 101_000).kind).toBe("reconnecting");
  });

  it("is logged out until the page is loaded anew", () => {
    const store = createConnectionStore();
    store.getState().loggedOut();
    expect(connectionView(store.getState(), 1).kind).toBe("logged-out");
  });
});
