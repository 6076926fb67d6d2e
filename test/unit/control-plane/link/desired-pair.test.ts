import { describe, expect, it } from "vitest";
import { desiredDigest, isNewerPair, pairFor } from "#main/control-plane/link/desired-pair.ts";
import { applicationId } from "#shared/lib/ids.ts";
import type { DesiredApplication } from "#shared/protocol/control-frames.ts";
import { aGrantId, aReleaseId, digestOf, uuidOf } from "#test/builders/rollout-facts.ts";

const wanted = (application: number, change: Partial<DesiredApplication> = {}): DesiredApplication => ({
  applicationId: applicationId.parse(uuidOf(9, application)),
  productId: "org.example.web",
  releaseId: aReleaseId(1),
  version: "1.1.0",
  digest: digestOf(1),
  sizeBytes: 1000,
  ...change,
});

describe("the digest of a desired document", () => {
  it("does not change with what is left of a lease, nor with the order of its entries", () => {
    const grant = (leaseMs: number) => ({ grant: { grantId: aGrantId(1), leaseMs } });
    expect(desiredDigest([wanted(1, grant(5)), wanted(2)], 1)).toBe(desiredDigest([wanted(2), wanted(1, grant(4))], 1));
  });

  it("changes with the grant, the hold, the release and the length of a quarantine", () => {
    const all = [
      wanted(1),
      wanted(1, { grant: { grantId: aGrantId(1), leaseMs: 1 } }),
      wanted(1, { hold: "paused" }),
      wanted(1, { digest: digestOf(2) }),
    ];
    expect(new Set(all.map((one) => desiredDigest([one], 1))).size).toBe(all.length);
    expect(desiredDigest([wanted(1)], 1)).not.toBe(desiredDigest([wanted(1)], 2));
  });
});

describe("the pair of a desired document", () => {
  const last = { epoch: 2, revision: 5, digest: "d" };

  it("stays while the document stays", () => {
    expect(pairFor(last, "d", 2, { epoch: 2, revision: 5 })).toEqual({ epoch: 2, revision: 5 });
  });

  it("is the next revision when the document changed", () => {
    expect(pairFor(last, "e", 2, undefined)).toEqual({ epoch: 2, revision: 6 });
  });

  it("begins again in a new epoch, though nothing else changed", () => {
    expect(pairFor(last, "d", 3, { epoch: 2, revision: 90 })).toEqual({ epoch: 3, revision: 1 });
  });

  it("overtakes a host that knows a later pair than we do", () => {
    for (const applied of [
      { epoch: 2, revision: 9 },
      { epoch: 4, revision: 1 },
    ]) {
      expect(isNewerPair(pairFor(last, "d", 2, applied), applied)).toBe(true);
    }
  });

  it("goes on in the next epoch for a host to which somebody has sent the last revision of this one", () => {
    const last = { epoch: 3, revision: 7, digest: "one" };
    expect(pairFor(last, "two", 3, { epoch: 3, revision: Number.MAX_SAFE_INTEGER })).toEqual({ epoch: 4, revision: 1 });
    expect(pairFor({ ...last, epoch: 4, revision: 1 }, "three", 3, { epoch: 4, revision: 1 })).toEqual({ epoch: 4, revision: 2 });
  });
});
