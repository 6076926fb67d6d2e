import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openEncryptedFileSecrets } from "#main/adapters/encrypted-file-secrets/open-encrypted-file-secrets.ts";
import { rekeySecrets } from "#main/adapters/encrypted-file-secrets/rekey-secrets.ts";
import type { SecretsProtection } from "#main/adapters/encrypted-file-secrets/secrets-protection.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";
import { dyingFs } from "#test/fakes/dying-fs.ts";

const OWN: SecretsProtection = { kind: "own-key" };

async function world() {
  const folder = await tempFolder();
  const data = join(folder, "data");
  const store = await openEncryptedFileSecrets(join(data), OWN);
  for (const name of ["a", "b/c"]) await store.write(name, Buffer.from(`value of ${name}`));
  return { data, key: { kind: "key-file", path: join(folder, "key") } as const };
}

async function values(data: string, protection: SecretsProtection): Promise<readonly string[]> {
  const store = await openEncryptedFileSecrets(data, protection);
  return Promise.all((await store.names("")).map(async (name) => Buffer.from((await store.read(name)) ?? []).toString()));
}

const WHOLE = ["value of a", "value of b/c"];

describe("another key for the secrets", () => {
  it("opens all of them, and the old one none; an own key that seals nothing is gone", async () => {
    const { data, key } = await world();
    expect(await rekeySecrets(data, OWN, key)).toBe(2);
    expect(await values(data, key)).toEqual(WHOLE);
    await expect(openEncryptedFileSecrets(data, OWN)).rejects.toMatchObject({ code: "ENV_SECRETS_LOCKED" });
    expect(await readdir(join(data, "secrets"))).toEqual(["secrets.json"]);
  });

  it("may be a new own key, or a passphrase", async () => {
    const { data, key } = await world();
    const before = await readdir(join(data, "secrets"));
    await rekeySecrets(data, OWN, OWN);
    expect(await values(data, OWN)).toEqual(WHOLE);
    const after = await readdir(join(data, "secrets"));
    expect(after).toHaveLength(2);
    expect(after).not.toEqual(before);
    const passphrase = { kind: "passphrase-file", path: `${key.path}.txt` } as const;
    await writeFile(passphrase.path, "correct horse battery");
    await rekeySecrets(data, OWN, passphrase);
    expect(await values(data, passphrase)).toEqual(WHOLE);
  });

  it("is refused with the wrong old key, and where there are no secrets", async () => {
    const { data, key } = await world();
    await expect(rekeySecrets(data, key, OWN)).rejects.toMatchObject({ code: "ENV_SECRETS_LOCKED" });
    await expect(rekeySecrets(await tempFolder(), OWN, key)).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(await values(data, OWN)).toEqual(WHOLE);
  });

  it("opens them whole with the old or the new key after a kill before any of its steps on the disk", async () => {
    const outcomes = new Set<string>();
    for (let step = 1; ; step += 1) {
      const { data, key } = await world();
      const { fs, died } = dyingFs(step);
      await rekeySecrets(data, OWN, key, fs).catch(() => undefined);
      const opened = await values(data, OWN).then(
        (found) => ({ by: "old", found }),
        async () => ({ by: "new", found: await values(data, key) }),
      );
      expect(opened.found).toEqual(WHOLE);
      outcomes.add(opened.by);
      if (!died()) break;
    }
    expect([...outcomes].sort()).toEqual(["new", "old"]);
  });

  it("is whole after a kill before any step from one own key to the next", async () => {
    for (let step = 1; ; step += 1) {
      const { data } = await world();
      const { fs, died } = dyingFs(step);
      await rekeySecrets(data, OWN, OWN, fs).catch(() => undefined);
      expect(await values(data, OWN)).toEqual(WHOLE);
      if (died()) continue;
      expect(await readdir(join(data, "secrets"))).toHaveLength(2);
      break;
    }
  });
});
