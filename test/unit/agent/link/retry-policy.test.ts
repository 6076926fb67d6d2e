import { describe, expect, it } from "vitest";
import { LINK_CLOSE } from "#shared/protocol/limits.ts";
import { nextLink } from "#main/agent/link/retry-policy.ts";

const bye = (code: string, retry?: { fromMs: number; toMs: number }) => ({
  reason: "bye",
  bye: { type: "bye" as const, code, message: "why", ...(retry && { retry }) },
});

describe("when the next link is opened", () => {
  it("grows with failures, jittered over the whole wait", () => {
    expect(nextLink({ reason: "cut" }, 0, 0.5)).toEqual({ kind: "after", delayMs: 250 });
    expect(nextLink({ reason: "cut" }, 3, 0.5)).toEqual({ kind: "after", delayMs: 2000 });
    expect(nextLink({ reason: "cut" }, 30, 0.999)).toEqual({ kind: "after", delayMs: 59_940 });
  });

  it("lies within the window that the control plane names, whatever came before", () => {
    expect(nextLink(bye("TRANSPORT_CLOSED", { fromMs: 100, toMs: 300 }), 9, 0.5)).toEqual({ kind: "after", delayMs: 200 });
    expect(nextLink(bye("HOST_CLONED", { fromMs: 300, toMs: 100 }), 0, 0.9)).toEqual({ kind: "after", delayMs: 300 });
  });

  it("is not put off for longer than an hour", () => {
    const year = 365 * 86_400_000;
    expect(nextLink(bye("TRANSPORT_CLOSED", { fromMs: year, toMs: year }), 0, 0.5)).toEqual({ kind: "after", delayMs: 3_600_000 });
  });

  it("never comes for a revoked host", () => {
    expect(nextLink(bye("HOST_REVOKED"), 0, 0)).toEqual({ kind: "never", reason: "why" });
    expect(nextLink({ reason: "closed", closeCode: LINK_CLOSE.revoked }, 0, 0)).toMatchObject({ kind: "never" });
  });

  it("comes as usual for a host that waits for approval, even without a window", () => {
    expect(nextLink({ ...bye("HOST_PENDING_APPROVAL"), closeCode: LINK_CLOSE.revoked }, 0, 0.5)).toEqual({ kind: "after", delayMs: 250 });
  });

  it("comes rarely where asking again is not expected to help", () => {
    for (const end of [
      bye("HOST_SIGNATURE_INVALID"),
      { reason: "closed", closeCode: LINK_CLOSE.cloned },
      { reason: "closed", closeCode: LINK_CLOSE.unsupported },
    ]) {
      expect(nextLink(end, 0, 0)).toEqual({ kind: "after", delayMs: 300_000 });
    }
  });
});
