import { Timestamp } from "@tufjs/models";
import { describe, expect, it } from "vitest";
import { openEncryptedFileSecrets } from "#main/adapters/encrypted-file-secrets/open-encrypted-file-secrets.ts";
import { StoredSigner } from "#main/adapters/stored-signer/stored-signer.ts";
import type { SecretStore } from "#main/control-plane/ports/secret-store.ts";
import type { HeldKeys, Signer } from "#main/control-plane/ports/signer.ts";
import { draftSnapshot, draftTimestamp } from "#main/control-plane/trust/metadata-drafts.ts";
import { describeFile, signFile } from "#main/control-plane/trust/metadata-file.ts";
import { TrustRepository } from "#main/control-plane/trust/trust-repository.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { anOperator } from "#test/builders/an-operator.ts";
import { ASKER, METADATA, PRODUCT, TrustFixture } from "./trust-fixture.ts";

const DAY_MS = 86_400_000;
const HUGE = 2 ** 31 - 1;
const [ana, ben, safe] = [anOperator("ana"), anOperator("ben"), anOperator("safe", "recovery")];
const EXCHANGE = { kind: "online-keys" } as const;

/** A control plane with one release that a client knows, in either mode. */
async function opened(mode: "server-held" | "operator-held", byMs = 0): Promise<TrustFixture> {
  const fixture = await TrustFixture.open(byMs);
  await fixture.publish("1.0.0");
  if (mode === "operator-held")
    await fixture.change({ kind: "quorum", quorum: { threshold: 2, keys: [ana.key, ben.key, safe.key] } }, [ana, ben]);
  return fixture;
}

const keysOf = async (signer: HeldKeys) =>
  Promise.all(["snapshot", "timestamp"].map(async (role) => Buffer.from(await signer.publicKey(role)).toString("hex")));

/** The methods of a store, to be put beside others. */
function bound(secrets: SecretStore): Pick<SecretStore, "read" | "remove" | "names"> {
  return {
    read: (name) => secrets.read(name),
    remove: (name) => secrets.remove(name),
    names: (prefix) => secrets.names(prefix),
  };
}

/** What a thief shows who holds the old online keys: what stands, as if it were the two thousand millionth version. */
async function fastForward(fixture: TrustFixture, thief: Signer): Promise<void> {
  const { state } = await TrustRepository.open(fixture.files, await fixture.signer(), fixture.clock);
  const draft = { version: HUGE, now: Date.now(), mode: "server-held" } as const;
  const meta = new Map(Object.entries(state.snapshot.signed.meta).map(([name, file]) => [name.replace(/\.json$/, ""), file]));
  const snapshot = await signFile(thief, "snapshot", draftSnapshot(draft, meta));
  const timestamp = await signFile(thief, "timestamp", draftTimestamp(draft, describeFile(snapshot), state.root.signed.version));
  for (const { name, bytes } of [snapshot, timestamp]) fixture.tampered.set(`${METADATA}/${name}`, bytes);
}

describe.each(["server-held", "operator-held"] as const)("replacing the online keys with %s keys", (mode) => {
  const signers = mode === "operator-held" ? [ana, ben] : [];

  it("is one new root, with snapshot and timestamp signed anew in the same commit, and ends the old keys", async () => {
    const fixture = await opened(mode);
    await fixture.verified("1.0.0");
    const signer = await fixture.signer();
    const [old, before] = [await keysOf(signer), new Map(fixture.trust.roles().map((role) => [role.role, role]))];
    const request = await fixture.change(EXCHANGE, signers);
    expect(request).toMatchObject({ state: "completed", documents: [{ role: "root" }] });
    const after = new Map(fixture.trust.roles().map((role) => [role.role, role]));
    for (const role of ["root", "snapshot", "timestamp"]) expect(after.get(role)?.version).toBe(before.get(role)!.version + 1);
    for (const role of ["snapshot", "timestamp"]) expect(after.get(role)?.keyIds).not.toEqual(before.get(role)?.keyIds);
    expect(after.get("root")?.keyIds).toEqual(before.get("root")?.keyIds);
    const now = await fixture.signer();
    expect((await keysOf(now)).filter((key) => old.includes(key))).toEqual([]);
    expect(await Promise.all(["snapshot", "timestamp"].map((role) => now.next.holds(role)))).toEqual([false, false]);
    expect(await fixture.verified("1.0.0")).toContain("1.0.0");
    fixture.opened = await fixture.reopen();
    await fixture.publish("1.1.0", fixture.opened, PRODUCT, signers);
    expect(await fixture.verified("1.1.0")).toContain("1.1.0");
  });

  it("is followed by a client that was off for months, and by one that starts from the first root", async () => {
    const fixture = await opened(mode, -20 * DAY_MS);
    fixture.clock.byMs = -1000;
    await fixture.trust.renew();
    await fixture.verified("1.0.0");
    for (let time = 0; time < 5; time += 1) await fixture.change(EXCHANGE, signers);
    expect(await fixture.verified("1.0.0")).toContain("1.0.0");
    expect(await fixture.verified("1.0.0", "new")).toContain("1.0.0");
  });

  it("is believed by a client that has looked for the new root a moment too early", async () => {
    const fixture = await opened(mode);
    await fixture.verified("1.0.0");
    await fixture.change(EXCHANGE, signers);
    const { rootVersion } = await fixture.trust.status();
    fixture.hidden.add(`${METADATA}/${rootVersion}.root.json`);
    expect(await fixture.verified("1.0.0")).toContain("1.0.0");
    fixture.hidden.clear();
    await fixture.publish("1.1.0", fixture.opened, PRODUCT, signers);
    expect(await fixture.verified("1.1.0")).toContain("1.1.0");
  });

  it("brings back clients to whom a thief has shown a huge version, and ends what the thief can show", async () => {
    const fixture = await opened(mode);
    await fixture.verified("1.0.0");
    const thief = await fixture.stolenSigner();
    await fastForward(fixture, thief);
    expect(await fixture.verified("1.0.0")).toContain("1.0.0");
    fixture.tampered.clear();
    await expect(fixture.verified("1.0.0")).rejects.toThrow(/less than current version/);
    await fixture.change(EXCHANGE, signers);
    expect(await fixture.verified("1.0.0")).toContain("1.0.0");
    await fastForward(fixture, thief);
    await expect(fixture.verified("1.0.0")).rejects.toThrow(/signed by 0/);
    fixture.tampered.clear();
    await fixture.publish("1.1.0", fixture.opened, PRODUCT, signers);
    expect(await fixture.verified("1.1.0")).toContain("1.1.0");
  });
});

describe("a request to replace the online keys", () => {
  it("is refused by name while another is open, and names fresh keys once that was given up", async () => {
    const fixture = await opened("operator-held");
    const first = await fixture.trust.prepare(ASKER, EXCHANGE);
    const prepared = await keysOf((await fixture.signer()).next);
    await expect(fixture.trust.prepare(ASKER, EXCHANGE)).rejects.toMatchObject({ code: "CONFLICT_EXISTS" });
    await fixture.trust.cancel(ASKER, first.id);
    expect(await (await fixture.signer()).next.holds("timestamp")).toBe(false);
    await fixture.trust.prepare(ASKER, EXCHANGE);
    expect((await keysOf((await fixture.signer()).next)).filter((key) => prepared.includes(key))).toEqual([]);
  });

  it("keeps its keys over a restart, and is drafted again beside another change of root", async () => {
    const fixture = await opened("operator-held");
    const request = await fixture.trust.prepare(ASKER, EXCHANGE);
    const prepared = await keysOf((await fixture.signer()).next);
    fixture.opened = await fixture.reopen();
    const quorum = { threshold: 1, keys: [ana.key, safe.key] };
    const other = await fixture.trust.prepare(ASKER, { kind: "quorum", quorum });
    for (const person of [ana, ben]) await fixture.sign(other.id, person);
    expect((await fixture.sign(request.id, ana))?.state).toBe("completed");
    expect(await keysOf(await fixture.signer())).toEqual(prepared);
    expect(await fixture.verified("1.0.0")).toContain("1.0.0");
  });

  it("is drafted anew, and nothing is changed, when the keys that people have signed are not among the secrets any more", async () => {
    const fixture = await opened("operator-held");
    const request = await fixture.trust.prepare(ASKER, EXCHANGE);
    await fixture.sign(request.id, ana);
    const lost = await fixture.signer();
    for (const role of ["snapshot", "timestamp"]) await lost.next.forget(role);
    const late = ben.sign(await fixture.trust.exportRequest(request.id, "test"));
    fixture.opened = await fixture.reopen();
    await expect(fixture.trust.submit(ASKER, late)).rejects.toMatchObject({ code: "TRUST_SIGNATURE_REFUSED" });
    expect((await fixture.trust.status()).rootVersion).toBe(2);
    await fixture.signAll([ana, ben]);
    expect((await fixture.trust.status()).rootVersion).toBe(3);
    expect(await fixture.verified("1.0.0")).toContain("1.0.0");
  });

  it("goes on in the same process when the disk was full just after the commit", async () => {
    const fixture = await opened("server-held");
    const secrets = await openEncryptedFileSecrets(fixture.folder, { kind: "own-key" });
    let isFull = true;
    const write = async (name: string, value: Uint8Array): Promise<void> => {
      if (isFull && name === "signing/timestamp") throw new AppError("ENV_DISK_FULL", "full");
      await secrets.write(name, value);
    };
    const { read, remove, names } = bound(secrets);
    fixture.opened = await fixture.reopen({ signer: new StoredSigner({ protection: secrets.protection, read, remove, names, write }) });
    await expect(fixture.trust.prepare(ASKER, EXCHANGE)).rejects.toMatchObject({ code: "ENV_DISK_FULL" });
    expect(await fixture.verified("1.0.0")).toContain("1.0.0");
    isFull = false;
    await fixture.trust.renew();
    expect((await fixture.trust.listRequests()).find(({ intent }) => intent.kind === "online-keys")?.state).toBe("completed");
    await fixture.publish("1.1.0");
    expect(await fixture.verified("1.1.0")).toContain("1.1.0");
    expect(await (await fixture.signer()).next.holds("timestamp")).toBe(false);
    fixture.opened = await fixture.reopen();
    expect((await fixture.trust.status()).rootVersion).toBe(2);
  });

  it("is as if it never was when it was killed early, also where the timestamp is of an earlier build and names no root", async () => {
    const fixture = await opened("server-held");
    const keys = await fixture.stolenSigner();
    const { timestamp } = (await TrustRepository.open(fixture.files, keys, fixture.clock)).state;
    const { version, expires, specVersion, snapshotMeta } = timestamp.signed;
    await fixture.change(EXCHANGE);
    const older = await signFile(keys, "timestamp", new Timestamp({ version, expires, specVersion, snapshotMeta }));
    await fixture.files.write(older.name, older.bytes);
    expect((await TrustRepository.open(fixture.files, keys, fixture.clock)).pinnedRoot.version).toBe(1);
  });
});
