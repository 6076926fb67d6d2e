import { generateKeyPairSync } from "node:crypto";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { openEncryptedFileSecrets } from "#main/adapters/encrypted-file-secrets/open-encrypted-file-secrets.ts";
import { StoredSigner } from "#main/adapters/stored-signer/stored-signer.ts";
import { takeOverKeyFiles } from "#main/adapters/stored-signer/take-over-key-files.ts";
import { openSigner } from "#test/builders/open-signer.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";
import { dyingFs } from "#test/fakes/dying-fs.ts";
import { MemorySecrets } from "#test/fakes/memory-secrets.ts";
import { describeSigner } from "./signer-conformance.ts";

describeSigner("StoredSigner", async () => {
  const folder = await tempFolder();
  return { signer: await openSigner(folder), reopen: () => openSigner(folder) };
});

describe("StoredSigner on a store", () => {
  it("says that a key is damaged instead of making a new one, and quotes nothing of it", async () => {
    const secrets = new MemorySecrets();
    await secrets.write("signing/root", Buffer.from("seeded nonsense"));
    const thrown: unknown = await new StoredSigner(secrets).publicKey("root").catch((failure: unknown) => failure);
    expect(thrown).toMatchObject({ code: "ENV_DATA_CORRUPT" });
    expect(inspect(thrown)).not.toContain("seeded");
  });
});

/** Key files as earlier versions left them; answers the raw public key of each. */
async function keyFiles(folder: string, roles: readonly string[]): Promise<ReadonlyMap<string, string>> {
  await mkdir(folder, { recursive: true });
  const made = new Map<string, string>();
  for (const role of roles) {
    const { privateKey, publicKey } = generateKeyPairSync("ed25519");
    await writeFile(join(folder, `${role}.pem`), privateKey.export({ format: "pem", type: "pkcs8" }));
    made.set(role, publicKey.export({ format: "der", type: "spki" }).subarray(-32).toString("hex"));
  }
  return made;
}

describe("key files of an earlier version", () => {
  it("become secrets with the same keys, and are gone", async () => {
    const folder = await tempFolder();
    const made = await keyFiles(join(folder, "keys"), ["root", "org.example.web"]);
    const secrets = await openEncryptedFileSecrets(folder, { kind: "own-key" });
    await takeOverKeyFiles(join(folder, "keys"), secrets);
    expect(await readdir(join(folder, "keys"))).toEqual([]);
    const signer = await openSigner(folder);
    for (const [role, key] of made) expect(Buffer.from(await signer.publicKey(role)).toString("hex")).toBe(key);
  });

  it("are taken over whole after a kill before any step", async () => {
    for (let step = 1; ; step += 1) {
      const folder = await tempFolder();
      const made = await keyFiles(join(folder, "keys"), ["root", "targets"]);
      const open = () => openEncryptedFileSecrets(folder, { kind: "own-key" });
      const { fs, died } = dyingFs(step);
      await openEncryptedFileSecrets(folder, { kind: "own-key" }, fs)
        .then((secrets) => takeOverKeyFiles(join(folder, "keys"), secrets, fs))
        .catch(() => undefined);
      await takeOverKeyFiles(join(folder, "keys"), await open(), undefined);
      const signer = new StoredSigner(await open());
      for (const [role, key] of made) expect(Buffer.from(await signer.publicKey(role)).toString("hex")).toBe(key);
      expect(await readdir(join(folder, "keys"))).toEqual([]);
      if (!died()) break;
    }
  });

  it("stay where they are when they are damaged, or differ from what is stored", async () => {
    const folder = join(await tempFolder(), "keys");
    const secrets = new MemorySecrets();
    await keyFiles(folder, ["root"]);
    await new StoredSigner(secrets).publicKey("root");
    await expect(takeOverKeyFiles(folder, secrets)).rejects.toMatchObject({ code: "ENV_DATA_CORRUPT" });
    await writeFile(join(folder, "root.pem"), "-----BEGIN NOTHING-----");
    await expect(takeOverKeyFiles(folder, secrets)).rejects.toMatchObject({ code: "ENV_DATA_CORRUPT" });
    expect(await readdir(folder)).toEqual(["root.pem"]);
  });

  it("are nothing to speak of where there are none", async () => {
    const secrets = new MemorySecrets();
    await takeOverKeyFiles(join(await tempFolder(), "none"), secrets);
    expect(await secrets.names("")).toEqual([]);
  });
});
