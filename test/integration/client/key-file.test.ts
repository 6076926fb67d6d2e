import { readFile, stat, writeFile } from "node:fs/promises";
import { inspect } from "node:util";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createKeyFile, publicKeyPath } from "#main/client/trust/create-key-file.ts";
import { openKeyFile, readKeyFile } from "#main/client/trust/open-key-file.ts";
import { isSignedWith } from "#main/node/ed25519-signature.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";

const BYTES = new TextEncoder().encode("sign me");

async function keyAt(passphrase: string | undefined): Promise<string> {
  const path = join(await tempFolder(), "laptop-a.key");
  await createKeyFile(path, { label: "laptop-a", use: "operator", passphrase });
  return path;
}

describe("a key file", () => {
  it("signs with its passphrase, and hands out nothing but signatures", async () => {
    const path = await keyAt("correct horse");
    const key = await openKeyFile(path, "correct horse");
    const signature = Buffer.from(key.sign(BYTES)).toString("base64url");
    expect(await isSignedWith(key.publicKey, BYTES, signature)).toBe(true);
    expect(Object.keys(key).toSorted()).toEqual(["keyId", "label", "publicKey", "sign", "use"]);
    expect(inspect(key, { depth: 9, showHidden: true })).not.toMatch(/PrivateKey|pkcs8/i);
  });

  it("takes the passphrase however the keyboard composed its letters", async () => {
    const path = await keyAt("caf\u00e9 au lait");
    expect(await openKeyFile(path, "cafe\u0301 au lait")).toMatchObject({ label: "laptop-a" });
  });

  it("is readable by its owner only, and keeps the private half out of the public file", async () => {
    const path = await keyAt("correct horse");
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const shared = await readFile(publicKeyPath(path), "utf8");
    expect(JSON.parse(shared)).toEqual({
      kind: "rollcall.public-key",
      v: 1,
      label: "laptop-a",
      publicKey: (await readKeyFile(path)).publicKey,
      use: "operator",
    });
  });

  it("is never overwritten", async () => {
    const path = await keyAt("correct horse");
    const before = await readFile(path, "utf8");
    await expect(createKeyFile(path, { label: "other", use: "operator", passphrase: "x" })).rejects.toMatchObject({
      code: "CONFLICT_EXISTS",
    });
    expect(await readFile(path, "utf8")).toBe(before);
  });

  it.each([
    { what: "a wrong passphrase", passphrase: "wrong" },
    { what: "no passphrase", passphrase: undefined },
  ])("stays shut for $what, whose error says nothing of the key", async ({ passphrase }) => {
    const path = await keyAt("correct horse");
    const failure: unknown = await openKeyFile(path, passphrase).catch((thrown: unknown) => thrown);
    expect(failure).toMatchObject({ code: "TRUST_KEY_LOCKED" });
    const { privateKey } = JSON.parse(await readFile(path, "utf8")) as { privateKey: string };
    expect(inspect(failure, { depth: 9 })).not.toContain(privateKey);
  });

  it.each(["label", "use", "publicKey", "privateKey"])("notices that its %s was changed", async (field) => {
    const path = await keyAt("correct horse");
    const other = JSON.parse(await readFile(await keyAt("correct horse"), "utf8")) as Record<string, unknown>;
    const file = JSON.parse(await readFile(path, "utf8")) as Record<string, unknown>;
    const changed = { ...file, [field]: field === "label" ? "laptop-b" : field === "use" ? "recovery" : other[field] };
    await writeFile(path, JSON.stringify(changed));
    await expect(openKeyFile(path, "correct horse")).rejects.toMatchObject({ code: "TRUST_KEY_LOCKED" });
  });

  it("opens without a passphrase where people asked for that", async () => {
    const path = await keyAt(undefined);
    expect(await readKeyFile(path)).toMatchObject({ isProtected: false, isPrivate: true });
    expect(await openKeyFile(path, undefined)).toMatchObject({ label: "laptop-a" });
  });

  it("refuses what is no key file, is huge, or asks for all the memory there is", async () => {
    const path = await keyAt("correct horse");
    const file = JSON.parse(await readFile(path, "utf8")) as { protection: object };
    const place = join(await tempFolder(), "strange.key");
    for (const [content, code] of [
      ["no JSON", "INPUT_INVALID"],
      [JSON.stringify({ ...file, protection: { ...file.protection, n: 2 ** 30 } }), "INPUT_INVALID"],
      [JSON.stringify({ ...file, kind: "other" }), "INPUT_INVALID"],
      [" ".repeat(20_000), "INPUT_TOO_LARGE"],
    ] as const) {
      await writeFile(place, content);
      await expect(openKeyFile(place, "correct horse")).rejects.toMatchObject({ code });
    }
  });
});
