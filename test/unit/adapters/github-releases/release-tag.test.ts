import { describe, expect, it } from "vitest";
import { isTagOfProduct, tagOfVersion, versionOfTag } from "#shared/domain/store/github/release-tag.ts";

const product = "com.example.web";

describe("tags", () => {
  it("are the prefix and the version, with the product where the prefix names it", () => {
    expect(tagOfVersion("v", product, "1.4.2")).toBe("v1.4.2");
    expect(tagOfVersion("", product, "1.4.2+build.7")).toBe("1.4.2+build.7");
    expect(tagOfVersion("{product}/v", product, "2.0.0-rc.1")).toBe("com.example.web/v2.0.0-rc.1");
  });

  it.each(["v", "", "{product}/v", "release-", "1.0.0-"])("give their version back under the prefix %o", (prefix) => {
    for (const version of ["1.4.2", "2.0.0-rc.1", "1.0.0+build.7"]) {
      expect(versionOfTag(prefix, product, tagOfVersion(prefix, product, version))).toBe(version);
    }
  });

  it.each([
    ["v1.2.3", "1.2.3"],
    ["1.2.3", "1.2.3"],
    ["web-v1.2.3-rc.1", "1.2.3-rc.1"],
    ["@acme/web@1.2.3", "1.2.3"],
    ["releases/1.2.3", "1.2.3"],
    ["nightly", undefined],
    ["v1.2", undefined],
    ["v01.2.3", undefined],
    ["version1.2.3", undefined],
    ["2026-11-21", undefined],
  ])("of others are read leniently and judged strictly: %s", (tag, version) => {
    expect(versionOfTag("v", product, tag)).toBe(version);
  });

  it("belong to every product of the repository, unless the prefix parts them", () => {
    expect(isTagOfProduct("v", product, "anything")).toBe(true);
    expect(isTagOfProduct("{product}-", product, "com.example.web-1.0.0")).toBe(true);
    expect(isTagOfProduct("{product}-", product, "com.example.other-1.0.0")).toBe(false);
  });
});
