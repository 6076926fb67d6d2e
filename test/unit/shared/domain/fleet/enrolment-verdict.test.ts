import { describe, expect, it } from "vitest";
import { clockOffset, ENROL_CLOCK_TOLERANCE_MS, judgeToken } from "#shared/domain/fleet/enrolment-verdict.ts";

const token = { expiresAt: 1000, maxUses: 2, uses: 0 };

describe("the verdict on an enrolment token", () => {
  it("admits until the last use and the last moment", () => {
    expect(judgeToken({ ...token, uses: 1 }, 999)).toBe("admitted");
    expect(judgeToken({ ...token, uses: 2 }, 999)).toBe("used-up");
    expect(judgeToken(token, 1000)).toBe("expired");
  });

  it("names the revocation before everything else", () => {
    expect(judgeToken({ ...token, uses: 2, revokedAt: 5 }, 2000)).toBe("revoked");
  });
});

describe("the host's clock", () => {
  it("may be off by the tolerance in both directions", () => {
    expect(clockOffset(ENROL_CLOCK_TOLERANCE_MS, 0)).toBeUndefined();
    expect(clockOffset(0, ENROL_CLOCK_TOLERANCE_MS)).toBeUndefined();
  });

  it("is named with its offset beyond it", () => {
    expect(clockOffset(ENROL_CLOCK_TOLERANCE_MS + 1, 0)).toBe(ENROL_CLOCK_TOLERANCE_MS + 1);
    expect(clockOffset(0, ENROL_CLOCK_TOLERANCE_MS + 1)).toBe(-ENROL_CLOCK_TOLERANCE_MS - 1);
  });
});
