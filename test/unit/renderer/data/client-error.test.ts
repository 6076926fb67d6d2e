import { ORPCError } from "@orpc/client";
import { describe, expect, it } from "vitest";
import { clientError } from "#renderer/data/client-error.ts";
import { AppError } from "#shared/errors/app-error.ts";

describe("what a link throws", () => {
  it("keeps the code, the message and the facts of a coded answer", () => {
    const error = clientError(new ORPCError("CONFLICT_STALE", { status: 409, message: "Ana changed it.", data: { revision: 4 } }));
    expect([error.code, error.message, error.details]).toEqual(["CONFLICT_STALE", "Ana changed it.", { revision: 4 }]);
  });

  it("gets a code from the status when the answer has none of ours", () => {
    expect(clientError(new ORPCError("UNAUTHORIZED", { status: 401, message: "no" })).code).toBe("ACCESS_UNAUTHENTICATED");
    expect(clientError(new ORPCError("TEAPOT", { status: 418, message: "no" })).code).toBe("INTERNAL");
  });

  it("drops facts that are not flat", () => {
    expect(clientError(new ORPCError("NOT_FOUND", { status: 404, message: "gone", data: { deep: { down: 1 } } })).details).toEqual({});
  });

  it("says of a silent connection that the outcome is not known", () => {
    const error = clientError(new DOMException("timed out", "TimeoutError"));
    expect(error.code).toBe("REMOTE_TIMEOUT");
    expect(error.message).toContain("not known");
  });

  it("tells an unreachable control plane, a cancelled call and a coded error apart", () => {
    expect(clientError(new TypeError("fetch failed")).code).toBe("REMOTE_UNREACHABLE");
    expect(clientError(new DOMException("aborted", "AbortError")).code).toBe("CANCELLED");
    expect(clientError(new AppError("TRANSPORT_CLOSED", "gone")).code).toBe("TRANSPORT_CLOSED");
  });
});
