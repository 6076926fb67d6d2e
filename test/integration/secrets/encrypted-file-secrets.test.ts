import { randomBytes } from "node:crypto";
import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openEncryptedFileSecrets } from "#main/adapters/encrypted-file-secrets/open-encrypted-file-secrets.ts";
import type { SecretsProtection } from "#main/adapters/encrypted-file-secrets/secrets-protection.ts";
import { nodeFs, type NodeFs } from "#main/node/node-fs.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";
import { MemorySecrets } from "#test/fakes/memory-secrets.ts";
import { describeSecretStore } from "./secret-store-conformance.ts";

const OWN: SecretsProtection = { kind: "own-key" };

describeSecretStore("EncryptedFileSecrets", async () => {
  const folder = await tempFolder();
  const reopen = () => openEncryptedFileSecrets(folder, OWN);
  return { store: await reopen(), reopen };
});

describeSecretStore("MemorySecrets", () => {
  const kept = new Map<string, Uint8Array>();
  return Promise.resolve({ store: new MemorySecrets(kept), reopen: () => Promise.resolve(new MemorySecrets(kept)) });
});

/** A folder for the data and one beside it for what does not belong there. */
async function places() {
  const folder = await tempFolder();
  const data = join(folder, "data");
  await mkdir(data);
  const document = join(data, "secrets", "secrets.json");
  return { data, document, key: join(folder, "key"), passphrase: join(folder, "passphrase") };
}

/** Every file below a folder with its bytes. */
async function snapshot(folder: string): Promise<Record<string, string>> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = names.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
  return Object.fromEntries(await Promise.all(files.map(async (path) => [path, (await readFile(path)).toString("hex")] as const)));
}

describe("secrets in an encrypted file", () => {
  it("are readable by their owner alone, file and folder and key", async () => {
    const { data } = await places();
    await chmod(data, 0o755);
    const store = await openEncryptedFileSecrets(data, OWN);
    await store.write("a", Buffer.from("x"));
    const modes = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);
    const names = await readdir(join(data, "secrets"));
    expect(await modes(join(data, "secrets"))).toBe("700");
    expect(await Promise.all(names.map((name) => modes(join(data, "secrets", name))))).toEqual(names.map(() => "600"));
    expect(names.map((name) => name.slice(0, 4)).sort()).toEqual(["key-", "secr"]);
  });

  it("say truthfully what they are protected against", async () => {
    const { data, key, passphrase } = await places();
    await writeFile(passphrase, "correct horse battery\n");
    expect((await openEncryptedFileSecrets(data, OWN)).protection).toContain("whoever copies the whole data folder can read the secrets");
    await rm(join(data, "secrets"), { recursive: true });
    expect((await openEncryptedFileSecrets(data, { kind: "key-file", path: key })).protection).toContain("alone reads no secret");
    await rm(join(data, "secrets"), { recursive: true });
    const within = join(data, "key");
    expect((await openEncryptedFileSecrets(data, { kind: "key-file", path: within })).protection).toContain("lies in the data folder");
    await rm(join(data, "secrets"), { recursive: true });
    const sealed = await openEncryptedFileSecrets(data, { kind: "passphrase-file", path: passphrase });
    expect(sealed.protection).toContain("reads no secret without it");
  });

  it("open with the right passphrase, whatever ends its line, and with no other", async () => {
    const { data, passphrase } = await places();
    const protection: SecretsProtection = { kind: "passphrase-file", path: passphrase };
    await writeFile(passphrase, "correct horse battery\n");
    await (await openEncryptedFileSecrets(data, protection)).write("a", Buffer.from("x"));
    await writeFile(passphrase, "correct horse battery\r\n");
    expect(Buffer.from((await (await openEncryptedFileSecrets(data, protection)).read("a"))!).toString()).toBe("x");
    const before = await snapshot(data);
    await writeFile(passphrase, "correct horse batterz\n");
    await expect(openEncryptedFileSecrets(data, protection)).rejects.toMatchObject({ code: "ENV_SECRETS_LOCKED" });
    await expect(openEncryptedFileSecrets(data, OWN)).rejects.toMatchObject({ code: "ENV_SECRETS_LOCKED" });
    expect(await snapshot(data)).toEqual(before);
  });

  it("stay locked with another key, a lost key, or a passphrase instead of the key; nothing changes", async () => {
    const { data, key, passphrase } = await places();
    await openEncryptedFileSecrets(data, { kind: "key-file", path: key });
    const before = await snapshot(data);
    await writeFile(key, randomBytes(32));
    await writeFile(passphrase, "correct horse battery\n");
    const other: readonly SecretsProtection[] = [
      { kind: "key-file", path: key },
      { kind: "key-file", path: join(data, "none") },
      OWN,
      { kind: "passphrase-file", path: passphrase },
    ];
    for (const protection of other)
      await expect(openEncryptedFileSecrets(data, protection)).rejects.toMatchObject({ code: "ENV_SECRETS_LOCKED" });
    expect(await snapshot(data)).toEqual(before);
  });

  it.each([
    ["short", "secret\n"],
    ["empty", ""],
    ["two lines", "correct horse\nbattery staple\n"],
  ])("refuse a passphrase file that is %s", async (_, text) => {
    const { data, passphrase } = await places();
    await writeFile(passphrase, text);
    await expect(openEncryptedFileSecrets(data, { kind: "passphrase-file", path: passphrase })).rejects.toMatchObject({
      code: "INPUT_INVALID",
    });
    await expect(openEncryptedFileSecrets(data, { kind: "passphrase-file", path: join(data, "none") })).rejects.toMatchObject({
      code: "INPUT_INVALID",
    });
  });

  it("refuse a key file that is none", async () => {
    const { data, key } = await places();
    await writeFile(key, "too short");
    await expect(openEncryptedFileSecrets(data, { kind: "key-file", path: key })).rejects.toMatchObject({ code: "INPUT_INVALID" });
  });

  it("say that they are damaged instead of beginning anew, and leave the file as it is", async () => {
    const { data, document } = await places();
    const store = await openEncryptedFileSecrets(data, OWN);
    await store.write("a", Buffer.from("x"));
    const whole = await readFile(document, "utf8");
    for (const damage of [whole.slice(0, -9), "", "{}", whole.replace('"v": 1', '"v": 2'), whole.replace('"a":', '"../a":')]) {
      await writeFile(document, damage);
      await expect(openEncryptedFileSecrets(data, OWN)).rejects.toMatchObject({ code: "ENV_DATA_CORRUPT" });
      expect(await readFile(document, "utf8")).toBe(damage);
    }
  });

  it("open no value under another name, and none with a changed bit", async () => {
    const { data, document } = await places();
    await (await openEncryptedFileSecrets(data, OWN)).write("a", Buffer.from("x"));
    const whole = await readFile(document, "utf8");
    await writeFile(document, whole.replace('"a":', '"b":'));
    await expect((await openEncryptedFileSecrets(data, OWN)).read("b")).rejects.toMatchObject({ code: "ENV_DATA_CORRUPT" });
    const sealed = /"a": "([^"]+)"/.exec(whole)![1]!;
    const value = Buffer.from(sealed, "base64");
    for (let index = 0; index < value.length; index += 1) {
      const changed = Buffer.from(value);
      changed[index]! ^= 1;
      await writeFile(document, whole.replace(sealed, changed.toString("base64")));
      await expect((await openEncryptedFileSecrets(data, OWN)).read("a")).rejects.toMatchObject({ code: "ENV_DATA_CORRUPT" });
    }
  });

  it.each([{ n: 2 ** 30 }, { n: 1024 }, { n: 2 ** 17 + 1 }, { r: 1000 }, { p: 64 }])(
    "refuse a cost of %j before they spend it",
    async (cost) => {
      const { data, document, passphrase } = await places();
      await writeFile(passphrase, "correct horse battery\n");
      await openEncryptedFileSecrets(data, { kind: "passphrase-file", path: passphrase });
      // Why the cast: the file is what the store just wrote.
      const whole = JSON.parse(await readFile(document, "utf8")) as { key: object };
      await writeFile(document, JSON.stringify({ ...whole, key: { ...whole.key, ...cost } }));
      await expect(openEncryptedFileSecrets(data, { kind: "passphrase-file", path: passphrase })).rejects.toMatchObject({
        code: "ENV_DATA_CORRUPT",
      });
    },
  );

  it("keep what was there when the disk is full", async () => {
    const { data } = await places();
    const full = { now: false };
    const open: NodeFs["open"] = async (...args) => {
      const file = await nodeFs.open(...args);
      if (full.now) file.writeFile = () => Promise.reject(Object.assign(new Error("no space left on device"), { code: "ENOSPC" }));
      return file;
    };
    const store = await openEncryptedFileSecrets(data, OWN, { ...nodeFs, open });
    await store.write("a", Buffer.from("old"));
    full.now = true;
    await expect(store.write("a", Buffer.from("new"))).rejects.toMatchObject({ code: "ENV_DISK_FULL" });
    full.now = false;
    await store.write("b", Buffer.from("x"));
    expect(Buffer.from((await store.read("a"))!).toString()).toBe("old");
    expect(Buffer.from((await (await openEncryptedFileSecrets(data, OWN)).read("a"))!).toString()).toBe("old");
  });

  it("leave a data folder alone whose secrets lie in the desktop's keyring", async () => {
    const { data } = await places();
    await mkdir(join(data, "secrets"));
    await writeFile(join(data, "secrets", "keyring.json"), "{}");
    await expect(openEncryptedFileSecrets(data, OWN)).rejects.toMatchObject({ code: "ENV_SECRETS_LOCKED" });
    expect(await readdir(join(data, "secrets"))).toEqual(["keyring.json"]);
  });
});
