import { describe, expect, it } from "vitest";
import { heldBackText } from "#shared/domain/fleet/held-back.ts";

const detached = { following: false, channelName: "stable", channelVersion: "1.5.0", targetVersion: "1.4.2" };

describe("the sentence on a held-back subscription", () => {
  it("names where it stays and where its channel is", () => {
    expect(heldBackText(detached)).toBe("held back at 1.4.2; stable is at 1.5.0");
  });

  it("is not there while the subscription follows its channel or has none", () => {
    expect(heldBackText({ ...detached, following: true })).toBeUndefined();
    expect(heldBackText({ ...detached, channelName: undefined })).toBeUndefined();
  });

  it("says when the channel is empty, at the same release, or nothing is installed", () => {
    expect(heldBackText({ ...detached, channelVersion: undefined })).toBe("held back at 1.4.2; stable points nowhere");
    expect(heldBackText({ ...detached, channelVersion: "1.4.2" })).toBe("held back at 1.4.2, where stable is too");
    expect(heldBackText({ ...detached, targetVersion: undefined })).toBe("held back with no release; stable is at 1.5.0");
  });
});
