import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DATABASE_FILE } from "#main/adapters/sqlite/open-database.ts";
import { LOCAL_STORE_ID } from "#shared/domain/store/store.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";
import { ADMINISTRATOR, clientOf, PRODUCT } from "../release/release-fixture.ts";
import { PublicationFixture } from "../publication/publication-fixture.ts";
import { shelfWorld } from "../publication/shelf-world.ts";

const REGISTRY = { kind: "oci" as const, registry: "https://registry.example.org", credentials: "secret" as const };
const PASSWORD = "p4ssword-of-the-registry";

describe("stores", () => {
  it("begin with the local one, which is always there and stays as it is", async () => {
    const { client } = await PublicationFixture.open();
    const [local, ...others] = await client.stores.list();
    expect(local).toMatchObject({ id: LOCAL_STORE_ID, name: "local", settings: { kind: "local" }, hasSecret: false });
    expect(others).toEqual([]);
    expect(await client.stores.check({ storeId: LOCAL_STORE_ID })).toMatchObject({ checked: { ok: true } });
    const change = { storeId: LOCAL_STORE_ID, revision: 0, name: "mine", settings: { kind: "local" as const } };
    await expect(client.stores.update(change)).rejects.toMatchObject({ code: "CONFLICT_STATE" });
    await expect(client.stores.remove({ storeId: LOCAL_STORE_ID })).rejects.toMatchObject({ code: "CONFLICT_STATE" });
    await expect(client.stores.create({ name: "second", settings: { kind: "local" } })).rejects.toMatchObject({ code: "INPUT_INVALID" });
  });

  it("are refused with the reason when they cannot be used", async () => {
    const { client } = await PublicationFixture.open();
    const path = join(await tempFolder(), "gone");
    await expect(client.stores.create({ name: "gone", settings: { kind: "folder", path } })).rejects.toMatchObject({
      code: "STORE_NOT_FOUND",
      message: expect.stringContaining("The store was not added."),
    });
    expect(await client.stores.list()).toHaveLength(1);
    const made = await client.stores.create({ name: "gone", settings: { kind: "folder", path }, unchecked: true });
    expect(made.checked).toBeUndefined();
    expect(await client.stores.check({ storeId: made.id })).toMatchObject({
      checked: { ok: false, message: expect.stringContaining("is not there") },
    });
    await mkdir(path);
    expect(await client.stores.check({ storeId: made.id })).toMatchObject({ checked: { ok: true } });
  });

  it("keep their secrets out of the database, the audit and every answer", async () => {
    const fixture = await PublicationFixture.open();
    const made = await fixture.client.stores.create({
      name: "registry",
      settings: REGISTRY,
      secret: { username: "ci", password: PASSWORD },
      unchecked: true,
    });
    expect(made.hasSecret).toBe(true);
    await fixture.restart();
    const said = JSON.stringify([await fixture.client.stores.list(), await fixture.client.audit.list({ limit: 100 })]);
    expect(said).not.toContain(PASSWORD);
    const database = join(fixture.releases.folder, DATABASE_FILE);
    const pages = Buffer.concat([await readFile(database), await readFile(`${database}-wal`)]);
    expect(pages.includes("https://registry.example.org")).toBe(true);
    expect(pages.includes(PASSWORD)).toBe(false);
    expect(await fixture.client.stores.setSecret({ storeId: made.id, secret: null })).toMatchObject({ hasSecret: false });
  });

  it("cannot be given two at one name, nor changed by who saw an older revision, nor into another kind", async () => {
    const { fixture, shelf, attic } = await shelfWorld();
    const { client } = fixture;
    const settings = attic.settings;
    await expect(client.stores.create({ name: "shelf", settings, unchecked: true })).rejects.toMatchObject({ code: "CONFLICT_EXISTS" });
    await expect(client.stores.update({ storeId: attic.id, revision: 0, name: "shelf", settings })).rejects.toMatchObject({
      code: "CONFLICT_EXISTS",
    });
    await client.stores.update({ storeId: attic.id, revision: 0, name: "loft", settings });
    await expect(client.stores.update({ storeId: attic.id, revision: 0, name: "cellar", settings })).rejects.toMatchObject({
      code: "CONFLICT_STALE",
    });
    const other = { storeId: shelf.id, revision: 0, name: "shelf", settings: REGISTRY };
    await expect(client.stores.update(other)).rejects.toMatchObject({ code: "INPUT_INVALID" });
  });

  it("stay while releases lie in them, and leave no trace of their own afterwards", async () => {
    const { fixture, shelf } = await shelfWorld();
    const { id } = await fixture.draft("1.0.0", { web: "#!/bin/sh\n" });
    await fixture.client.releases.publish({ releaseId: id, storeIds: [shelf.id] });
    await fixture.published(id);
    await expect(fixture.client.stores.remove({ storeId: shelf.id })).rejects.toMatchObject({ code: "CONFLICT_IN_USE" });
    await fixture.client.releases.withdraw({ releaseId: id, reason: "done with" });
    await fixture.client.stores.remove({ storeId: shelf.id });
    expect((await fixture.client.stores.list()).map((one) => one.name)).toEqual(["local", "attic"]);
  });

  it("are set up by administrators alone", async () => {
    const { releases } = await PublicationFixture.open();
    const publisher = clientOf(releases.plane, { ...ADMINISTRATOR, role: "publisher" });
    await expect(publisher.stores.create({ name: "x", settings: REGISTRY, unchecked: true })).rejects.toMatchObject({
      code: "ACCESS_DENIED",
    });
    expect(await publisher.stores.list()).toHaveLength(1);
  });
});

describe("channels in stores", () => {
  it("follow when they are moved, later when the store is away, and hold nothing back", async () => {
    const { fixture, stores, shelf, folder } = await shelfWorld();
    const { client } = fixture;
    const channel = await client.channels.create({ applicationId: fixture.releases.applicationId, name: "stable" });
    const moveTo = async (version: string): Promise<void> => {
      const { id } = await fixture.draft(version, { web: `#!/bin/sh\n${version}` });
      await client.releases.publish({ releaseId: id, storeIds: [shelf.id] });
      await fixture.published(id);
      await client.channels.move({ channelId: channel.id, releaseId: id });
    };
    await moveTo("1.0.0");
    await expect.poll(() => channelsOf(folder)).toEqual({ stable: "1.0.0" });
    stores.channelGate = () => Promise.reject(new AppError("REMOTE_UNREACHABLE", "It is away."));
    await moveTo("1.1.0");
    await fixture.until(async () => ((await client.stores.list()).some((one) => one.checked?.ok === false) ? true : undefined));
    const seen = (await client.stores.list()).find((one) => one.id === shelf.id)?.checked?.message;
    expect(seen).toBe("The channel stable of org.example.web could not be moved to 1.1.0 there. It is away.");
    stores.channelGate = () => Promise.resolve();
    await fixture.restart();
    await expect.poll(() => channelsOf(folder)).toEqual({ stable: "1.1.0" });
  });
});

describe("a withdrawn release", () => {
  it("leaves the index of a folder, while its files stay", async () => {
    const { fixture, shelf, folder } = await shelfWorld();
    const { id } = await fixture.draft("1.0.0", { web: "#!/bin/sh\n" });
    await fixture.client.releases.publish({ releaseId: id, storeIds: [shelf.id] });
    await fixture.published(id);
    await fixture.client.releases.withdraw({ releaseId: id, reason: "bad" });
    await expect.poll(async () => (await indexOf(folder)).versions).toEqual([]);
    expect(await readFile(join(folder, "shelf", PRODUCT, "1.0.0", "web"), "utf8")).toBe("#!/bin/sh\n");
    await rm(join(folder, "shelf"), { recursive: true });
  });
});

async function indexOf(folder: string): Promise<{ versions: unknown[]; channels: unknown }> {
  return JSON.parse(await readFile(join(folder, "shelf", PRODUCT, "index.json"), "utf8")) as { versions: unknown[]; channels: unknown };
}

async function channelsOf(folder: string): Promise<unknown> {
  return (await indexOf(folder)).channels;
}
