import { describe, expect, it } from "vitest";
import { storedZip } from "#test/builders/stored-zip.ts";
import { ReleaseFixture } from "./release-fixture.ts";

describe("comparing", () => {
  it("holds a draft against the newest published release, and a release against the one before it", async () => {
    const fixture = await ReleaseFixture.open();
    const { client, applicationId } = fixture;
    const first = await fixture.upload(storedZip({ "bin/web": { content: "1", mode: 0o755 }, old: { content: "" } }), "web-1.0.0.zip");
    const publish = async (version: string, uploadId: string) => {
      const artifacts = [{ uploadId, platform: "linux/amd64" }];
      const draft = await client.releases.create({ applicationId, version, runSpec: { arguments: ["--port", "80"] }, artifacts });
      return client.releases.publish({ releaseId: draft.id });
    };
    expect((await client.releases.compare({ releaseId: (await publish("1.0.0", first.id)).id })).against).toBeUndefined();
    const second = await fixture.upload(storedZip({ "bin/web": { content: "1", mode: 0o644 }, new: { content: "" } }), "web-1.1.0.zip");
    const artifacts = [{ uploadId: second.id, platform: "linux/amd64" }];
    const found = await client.uploads.compare({ applicationId, artifacts, runSpec: { arguments: ["--port", "81"] } });
    expect(found).toMatchObject({
      against: { version: "1.0.0" },
      files: [{ isSame: false, before: { kind: "zip archive", isRead: true }, entries: { added: 1, removed: 1, changed: 1, same: 0 } }],
      runSpec: [{ field: "arguments", before: '["--port","80"]', after: '["--port","81"]' }],
    });
    const release = await publish("1.1.0", second.id);
    expect(await client.releases.compare({ releaseId: release.id })).toMatchObject({ against: { version: "1.0.0" }, runSpec: [] });
  });

  it("compares with a release that the caller names, but not with another application's", async () => {
    const fixture = await ReleaseFixture.open();
    const { client } = fixture;
    const [one, two] = [await fixture.published("1.0.0"), await fixture.published("1.1.0")];
    expect((await client.releases.compare({ releaseId: one.id, againstReleaseId: two.id })).against?.version).toBe("1.1.0");
    fixture.applicationId = (await client.applications.create({ productId: "org.example.other", name: "Other" })).id;
    const foreign = await fixture.published("1.0.0");
    await expect(client.releases.compare({ releaseId: one.id, againstReleaseId: foreign.id })).rejects.toMatchObject({
      code: "INPUT_INVALID",
    });
  });
});
