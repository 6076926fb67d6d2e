import { describe, expect, it } from "vitest";
import { isSemver } from "#shared/lib/semver.ts";

describe("isSemver", () => {
  it.each(["0.0.0", "1.4.2", "2.0.0-rc.1", "1.0.0+build.5", "1.0.0-alpha.1+001.sha-5114f85"])("takes %s", (text) => {
    expect(isSemver(text)).toBe(true);
  });

  it.each([
    "",
    "1",
    "1.0",
    "v1.0.0",
    "=1.0.0",
    " 1.0.0",
    "1.0.0 ",
    "1.0.0\n",
    "01.0.0",
    "1.0.0-01",
    "1.0.0-",
    "1.x",
    `1.0.0-${"a".repeat(128)}`,
  ])("refuses %j", (text) => {
    expect(isSemver(text)).toBe(false);
  });
});
