import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { journal } from "#main/agent/update/journal.ts";
import { hostEvent, ModelHost } from "./model-host.ts";

describe("the update machine under whatever happens", () => {
  it("comes to rest, begins nothing twice, and switches to nothing that was halted, unverified or quarantined", () => {
    fc.assert(
      fc.property(fc.array(hostEvent, { maxLength: 60 }), (happenings) => {
        const host = new ModelHost();
        for (const happening of happenings) host.take(happening);
        expect(journal.safeParse(host.journal).success).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it("serves something from the first success on, whatever comes after", () => {
    fc.assert(
      fc.property(fc.array(hostEvent, { maxLength: 60 }), (happenings) => {
        const host = new ModelHost();
        for (const first of [
          { kind: "desire", release: 0, isGranted: true },
          { kind: "work", result: { kind: "downloaded" } },
          { kind: "work", result: { kind: "verified" } },
          { kind: "go" },
          { kind: "passed" },
        ] as const)
          host.take(first);
        expect(host.journal.serving.state).toBe("healthy");
        for (const happening of happenings) {
          host.take(happening);
          expect(host.journal.serving.state).not.toBe("nothing");
        }
      }),
      { numRuns: 300 },
    );
  });
});
