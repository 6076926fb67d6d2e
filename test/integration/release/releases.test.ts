import { describe, expect, it } from "vitest";
import { PRODUCT, ReleaseFixture } from "./release-fixture.ts";

describe("applications", () => {
  it("are registered once per product id, renamed by the revision that was seen, and count what they have", async () => {
    const { client, applicationId } = await ReleaseFixture.open();
    await expect(client.applications.create({ productId: PRODUCT, name: "Other" })).rejects.toMatchObject({ code: "CONFLICT_EXISTS" });
    const renamed = await client.applications.update({ applicationId, revision: 0, name: "Web front", description: "Serves pages" });
    expect(renamed).toMatchObject({ name: "Web front", revision: 1, releaseCount: 0, hosts: 0, channels: [] });
    await expect(client.applications.update({ applicationId, revision: 0, name: "Late", description: "" })).rejects.toMatchObject({
      code: "CONFLICT_STALE",
    });
  });

  it.each(["web", "Org.Example", "org/example", "../x"])("refuse the product id %j", async (productId) => {
    const { client } = await ReleaseFixture.open();
    await expect(client.applications.create({ productId, name: "X" })).rejects.toMatchObject({ code: "INPUT_INVALID" });
  });
});

describe("drafts", () => {
  it("carry the uploads' files as artifacts, and one file may serve several platforms", async () => {
    const fixture = await ReleaseFixture.open();
    const upload = await fixture.upload("#!/bin/sh\n", "universal");
    const draft = await fixture.client.releases.create({
      applicationId: fixture.applicationId,
      version: "1.0.0",
      runSpec: {},
      artifacts: [
        { uploadId: upload.id, platform: "darwin/arm64" },
        { uploadId: upload.id, platform: "darwin/amd64" },
      ],
    });
    expect(draft).toMatchObject({ state: "draft", createdBy: "user:admin", channels: [], hosts: 0 });
    expect(draft.artifacts.map((one) => [one.platform, one.fileName, one.digests])).toEqual([
      ["darwin/amd64", "universal", upload.digests],
      ["darwin/arm64", "universal", upload.digests],
    ]);
    await expect(fixture.client.uploads.discard({ uploadId: upload.id })).rejects.toMatchObject({ code: "CONFLICT_STATE" });
  });

  it("refuse two artifacts for one platform and leave the uploads as they were", async () => {
    const fixture = await ReleaseFixture.open();
    const [one, two] = [await fixture.upload("#!/bin/sh\n1"), await fixture.upload("#!/bin/sh\n2")];
    const artifacts = [one, two].map(({ id }) => ({ uploadId: id, platform: "linux/amd64" }));
    await expect(
      fixture.client.releases.create({ applicationId: fixture.applicationId, version: "1.0.0", runSpec: {}, artifacts }),
    ).rejects.toMatchObject({
      code: "INPUT_INVALID",
      message: expect.stringContaining("linux/amd64"),
    });
    expect((await fixture.client.uploads.list()).map((upload) => upload.state)).toEqual(["ready", "ready"]);
  });

  it("refuse a version that the application has, and a second use of an upload", async () => {
    const fixture = await ReleaseFixture.open();
    const first = await fixture.draft("1.0.0");
    await expect(fixture.draft("1.0.0")).rejects.toMatchObject({ code: "CONFLICT_EXISTS" });
    const second = await fixture.draft("1.1.0");
    const change = { releaseId: second.id, revision: second.revision, notes: "", runSpec: {} };
    await expect(fixture.client.releases.updateDraft({ ...change, version: first.version })).rejects.toMatchObject({
      code: "CONFLICT_EXISTS",
    });
    const upload = await fixture.upload("#!/bin/sh\n");
    const input = { applicationId: fixture.applicationId, runSpec: {}, artifacts: [{ uploadId: upload.id, platform: "any" }] };
    await fixture.client.releases.create({ ...input, version: "2.0.0" });
    await expect(fixture.client.releases.create({ ...input, version: "2.0.1" })).rejects.toMatchObject({ code: "CONFLICT_STATE" });
  });

  it.each(["1.0", "v1.0.0", "latest", "1.0.0 ", "../1.0.0"])("refuse %j, which is no semantic version", async (version) => {
    const fixture = await ReleaseFixture.open();
    await expect(fixture.draft(version)).rejects.toMatchObject({ code: "INPUT_VERSION_INVALID", data: { field: "version" } });
  });

  it("can be changed by the revision that was seen, and thrown away", async () => {
    const { client, ...fixture } = await open();
    const draft = await fixture.draft("1.0.0");
    const changed = await client.releases.updateDraft({
      releaseId: draft.id,
      revision: draft.revision,
      version: "1.0.1",
      notes: "Fixes",
      runSpec: { arguments: ["--fast"] },
    });
    expect(changed).toMatchObject({ version: "1.0.1", notes: "Fixes", runSpec: { arguments: ["--fast"] } });
    await expect(
      client.releases.updateDraft({ releaseId: draft.id, revision: draft.revision, version: "1.0.2", notes: "", runSpec: {} }),
    ).rejects.toMatchObject({ code: "CONFLICT_STALE" });
    await client.releases.discardDraft({ releaseId: draft.id });
    await expect(client.releases.get({ releaseId: draft.id })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

describe("published releases", () => {
  it("are listed newest version first with their channels, and are the application's latest version", async () => {
    const { client, ...fixture } = await open();
    for (const version of ["1.2.0", "1.10.0", "1.9.0", "2.0.0-rc.1"]) await fixture.published(version);
    const [newest] = await client.releases.list({ applicationId: fixture.applicationId });
    const channel = await client.channels.create({ applicationId: fixture.applicationId, name: "beta" });
    await client.channels.move({ channelId: channel.id, releaseId: newest?.id ?? "" });
    const rows = await client.releases.list({ applicationId: fixture.applicationId });
    expect(rows.map((row) => [row.version, row.channels])).toEqual([
      ["2.0.0-rc.1", ["beta"]],
      ["1.10.0", []],
      ["1.9.0", []],
      ["1.2.0", []],
    ]);
    expect(await client.applications.get({ applicationId: fixture.applicationId })).toMatchObject({
      latestVersion: "2.0.0-rc.1",
      releaseCount: 4,
      channels: [{ name: "beta", version: "2.0.0-rc.1" }],
    });
  });

  it("cannot be changed, discarded or published again", async () => {
    const { client, ...fixture } = await open();
    const { id, revision } = await fixture.published("1.0.0");
    const refused = { code: "CONFLICT_STATE" };
    await expect(client.releases.publish({ releaseId: id })).rejects.toMatchObject(refused);
    await expect(client.releases.discardDraft({ releaseId: id })).rejects.toMatchObject(refused);
    await expect(client.releases.updateDraft({ releaseId: id, revision, version: "1.0.1", notes: "", runSpec: {} })).rejects.toMatchObject(
      refused,
    );
  });

  it("are withdrawn once, with a reason that the audit keeps", async () => {
    const { client, ...fixture } = await open();
    const { id } = await fixture.published("1.0.0");
    expect(await client.releases.withdraw({ releaseId: id, reason: "leaks memory" })).toMatchObject({
      state: "withdrawn",
      withdrawnAt: expect.any(Number),
    });
    await expect(client.releases.withdraw({ releaseId: id, reason: "again" })).rejects.toMatchObject({ code: "CONFLICT_STATE" });
    const { rows } = await client.audit.list({ search: "leaks" });
    expect(rows).toMatchObject([
      { action: "release.withdrawn", actor: "user:admin", reason: "leaks memory", details: { version: "1.0.0" } },
    ]);
  });

  it("are blocked and unblocked with a reason, and say by whom", async () => {
    const { client, ...fixture } = await open();
    const { id } = await fixture.published("1.0.0");
    expect((await client.releases.block({ releaseId: id, reason: "crashes" })).blocked).toMatchObject({
      by: "user:admin",
      reason: "crashes",
    });
    await expect(client.releases.block({ releaseId: id, reason: "crashes" })).rejects.toMatchObject({ code: "CONFLICT_STATE" });
    expect((await client.releases.unblock({ releaseId: id, reason: "it was the disk" })).blocked).toBeUndefined();
    await expect(client.releases.unblock({ releaseId: id, reason: "again" })).rejects.toMatchObject({ code: "CONFLICT_STATE" });
  });

  it("cannot be published without artifacts", async () => {
    const { client, plane, ...fixture } = await open();
    const { id } = await fixture.draft("1.0.0");
    await plane.store.write((unit) => unit.db.deleteFrom("artifacts").where("releaseId", "=", id).execute());
    await expect(client.releases.publish({ releaseId: id })).rejects.toMatchObject({
      code: "CONFLICT_STATE",
      message: expect.stringContaining("no artifacts"),
    });
  });
});

describe("channels", () => {
  it("point at published, unblocked releases of their own application only", async () => {
    const { client, ...fixture } = await open();
    const [draft, blocked, withdrawn] = [await fixture.draft("1.0.0"), await fixture.published("1.1.0"), await fixture.published("1.2.0")];
    await client.releases.block({ releaseId: blocked.id, reason: "bad" });
    await client.releases.withdraw({ releaseId: withdrawn.id, reason: "bad" });
    const channel = await client.channels.create({ applicationId: fixture.applicationId, name: "stable" });
    const moveTo = (releaseId: string) => client.channels.move({ channelId: channel.id, releaseId });
    await expect(moveTo(draft.id)).rejects.toMatchObject({ code: "CONFLICT_STATE" });
    await expect(moveTo(withdrawn.id)).rejects.toMatchObject({ code: "CONFLICT_STATE" });
    await expect(moveTo(blocked.id)).rejects.toMatchObject({ code: "POLICY_QUARANTINED" });
    const other = await client.applications.create({ productId: "org.example.other", name: "Other" });
    const elsewhere = await client.channels.create({ applicationId: other.id, name: "stable" });
    const good = await fixture.published("1.3.0");
    await expect(client.channels.move({ channelId: elsewhere.id, releaseId: good.id })).rejects.toMatchObject({ code: "INPUT_INVALID" });
    expect(await moveTo(good.id)).toMatchObject({ channel: { releaseId: good.id, revision: 1 }, rolloutIds: [] });
  });

  it("have one name per application", async () => {
    const { client, applicationId } = await open();
    await client.channels.create({ applicationId, name: "stable" });
    await expect(client.channels.create({ applicationId, name: "stable" })).rejects.toMatchObject({ code: "CONFLICT_EXISTS" });
    await expect(client.channels.create({ applicationId, name: "Not A Slug" })).rejects.toMatchObject({ code: "INPUT_INVALID" });
  });
});

/** The fixture with its client and short ways as plain values. */
async function open() {
  const fixture = await ReleaseFixture.open();
  return {
    client: fixture.client,
    plane: fixture.plane,
    applicationId: fixture.applicationId,
    draft: (version: string) => fixture.draft(version),
    published: (version: string) => fixture.published(version),
  };
}
