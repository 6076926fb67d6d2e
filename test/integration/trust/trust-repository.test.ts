import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Timestamp } from "@tufjs/models";
import { signFile } from "#main/control-plane/trust/metadata-file.ts";
import { TrustRepository } from "#main/control-plane/trust/trust-repository.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type { TrustFiles } from "#main/control-plane/ports/trust-files.ts";
import { openSigner } from "#test/builders/open-signer.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";
import { PRODUCT, TrustFixture } from "./trust-fixture.ts";

/** Files of a process that is killed at its nth write from now on. */
function killedAfter(files: TrustFiles, writes: number): TrustFiles {
  let left = writes;
  return { ...files, write: async (name, bytes) => (left-- > 0 ? files.write(name, bytes) : Promise.reject(new Error("killed"))) };
}

describe("TrustRepository", () => {
  it.each([0, 1, 2, 3])("shows clients the old state after a kill at write %i, and the next try completes", async (writes) => {
    const fixture = await TrustFixture.open();
    await fixture.publish("1.0.0");
    const dying = await fixture.reopen({ trustFiles: killedAfter(fixture.files, writes) });
    await expect(fixture.publish("2.0.0", dying, "org.example.other")).rejects.toThrow("killed");
    fixture.opened = await fixture.reopen();
    expect(await fixture.verified("1.0.0")).toContain("1.0.0");
    expect(await fixture.verified("2.0.0", "client", "org.example.other")).toBeUndefined();
    await fixture.publish("2.0.0", fixture.opened, "org.example.other");
    expect(await fixture.verified("2.0.0", "client", "org.example.other")).toContain("2.0.0");
  });

  it("keeps the root of a first start that was killed before its first timestamp", async () => {
    const fixture = await TrustFixture.open();
    for (const name of ["timestamp.json", "1.snapshot.json", "1.targets.json"]) await fixture.files.remove(name);
    const again = await fixture.reopen();
    expect(again.service.rootSha256).toBe(fixture.trust.rootSha256);
    fixture.opened = again;
    await fixture.publish("1.0.0");
    expect(await fixture.verified("1.0.0")).toContain("1.0.0");
  });

  it("signs nothing twice: publishing and withdrawing again change no version", async () => {
    const fixture = await TrustFixture.open();
    await fixture.publish("1.0.0");
    const before = fixture.trust.roles();
    await fixture.publish("1.0.0");
    await fixture.withdraw("0.0.1");
    await fixture.withdraw("0.0.1", "org.example.unknown");
    expect(fixture.trust.roles()).toEqual(before);
  });

  it("takes publications one at a time, however many are asked for at once", async () => {
    const fixture = await TrustFixture.open();
    await Promise.all(["1.0.0", "1.1.0", "1.2.0", "1.3.0"].map((version) => fixture.publish(version)));
    for (const version of ["1.0.0", "1.1.0", "1.2.0", "1.3.0"]) expect(await fixture.verified(version)).toContain(version);
  });

  it("says that the disk is full and goes on when it is not any more", async () => {
    const fixture = await TrustFixture.open();
    let full = true;
    const write: TrustFiles["write"] = async (name, bytes) =>
      full ? Promise.reject(new AppError("ENV_DISK_FULL", "full")) : fixture.files.write(name, bytes);
    fixture.opened = await fixture.reopen({ trustFiles: { ...fixture.files, write } });
    await expect(fixture.publish("1.0.0")).rejects.toMatchObject({ code: "ENV_DISK_FULL" });
    full = false;
    await fixture.publish("1.0.0");
    expect(await fixture.verified("1.0.0")).toContain("1.0.0");
  });

  it.each(["timestamp.json", "2.snapshot.json", "2.targets.json", `1.${PRODUCT}.json`, "1.root.json"])(
    "refuses to start over a damaged %s and leaves it",
    async (name) => {
      const fixture = await TrustFixture.open();
      await fixture.publish("1.0.0");
      await writeFile(join(fixture.folder, "trust", name), "{}");
      await expect(fixture.reopen()).rejects.toMatchObject({ code: "ENV_DATA_CORRUPT", message: expect.stringContaining(name) });
      expect(Buffer.from((await fixture.files.read(name)) ?? []).toString()).toBe("{}");
    },
  );

  it("goes on over a folder of an earlier build, whose timestamp names no root", async () => {
    const fixture = await TrustFixture.open(-400 * 86_400_000);
    await fixture.publish("1.0.0");
    fixture.clock.byMs = 0;
    await fixture.trust.renew();
    const signer = await fixture.signer();
    const { timestamp } = (await TrustRepository.open(fixture.files, signer, fixture.clock)).state;
    const { version, expires, specVersion, snapshotMeta } = timestamp.signed;
    const older = await signFile(signer, "timestamp", new Timestamp({ version: version + 1, expires, specVersion, snapshotMeta }));
    await fixture.files.write(older.name, older.bytes);
    fixture.opened = await fixture.reopen();
    expect(fixture.trust.pinnedRoot.version).toBe(2);
    await fixture.publish("1.1.0");
    expect(await fixture.verified("1.1.0")).toContain("1.1.0");
  });

  it("refuses to start with the secrets of another folder, and makes no keys in their place", async () => {
    const [fixture, other] = [await TrustFixture.open(), await TrustFixture.open()];
    await expect(fixture.reopen({ signer: await other.signer() })).rejects.toMatchObject({ code: "ENV_DATA_CORRUPT" });
    await expect(fixture.reopen({ signer: await openSigner(await tempFolder()) })).rejects.toMatchObject({
      code: "ENV_DATA_CORRUPT",
      message: expect.stringContaining("secrets"),
    });
  });

  it("deletes versions that no client is in the middle of, and keeps every root", async () => {
    const fixture = await TrustFixture.open();
    for (let patch = 0; patch < 14; patch += 1) await fixture.publish(`1.0.${patch}`);
    const names = await readdir(join(fixture.folder, "trust"));
    expect(names.filter((name) => name.endsWith("snapshot.json"))).toHaveLength(9);
    expect(names).toContain("1.root.json");
  });
});
