import { describe, expect, it } from "vitest";
import { tagOfVersion, versionOfTag } from "#shared/domain/release/version-tag.ts";

describe("versions and the tags of registries", () => {
  it.each(["1.0.0", "2.0.0-rc.1", "1.2.3+build.5", "1.2.3-x.7+a.b-c"])("%s comes back from its tag", (version) => {
    expect(tagOfVersion(version)).toMatch(/^[A-Za-z0-9_][A-Za-z0-9._-]*$/);
    expect(versionOfTag(tagOfVersion(version))).toBe(version);
  });

  it.each([
    ["v1.4.2", "1.4.2"],
    ["1.4", undefined],
    ["vv1.4.2", undefined],
    ["latest", undefined],
    ["v", undefined],
    ["1.4.2_build_2", undefined],
  ])("the tag %s stands for %s", (tag, version) => {
    expect(versionOfTag(tag)).toBe(version);
  });
});
