import { chmod, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { readKeyFile } from "#main/client/trust/open-key-file.ts";
import { isSignedWith } from "#main/node/ed25519-signature.ts";
import { signaturesFile, type SigningRequestFile } from "#shared/domain/trust/signing-request.ts";
import {
  aManifest,
  anApplication,
  aRequest,
  aRoot,
  aTargets,
  asOperatorKey,
  inDays,
  PRODUCT,
  publishIntent,
  type RequestOptions,
  ROOT_SHA256,
  sha256,
  signedFile,
  signedText,
  testKey,
  type TestKey,
} from "#test/builders/signing-requests.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";
import { Keyboard } from "#test/fakes/keyboard.ts";
import { runInProcess } from "./cli-fixture.ts";

const nowhere = { HOME: "/nonexistent", ROLLCALL_URL: "http://127.0.0.1:1", ROLLCALL_TOKEN: "none" };
const run = (...args: readonly string[]) => runInProcess(args, nowhere);

/** A signer alone with a key file, and requests that ask for that key. */
async function signer() {
  const folder = await tempFolder();
  const at = (name: string): string => join(folder, name);
  await writeFile(at("pass"), "correct horse\n");
  const made = await run("trust", "key", "create", at("ana.key"), "--passphrase-file", at("pass"), "--json");
  const { publicKey, keyId } = z.object({ publicKey: z.string(), keyId: z.string() }).parse(JSON.parse(made.out));
  const blank = testKey("ana");
  const ana: TestKey = { ...blank, publicKey, keyId };
  const write = async (name: string, file: SigningRequestFile): Promise<string> => {
    await writeFile(at(name), JSON.stringify(file));
    return at(name);
  };
  const request = (name: string, options: RequestOptions) => write(name, aRequest({ signers: [ana], ...options }));
  const sign = (file: string, ...more: readonly string[]) =>
    run("trust", "sign", file, "--key", at("ana.key"), "--passphrase-file", at("pass"), ...more);
  return { folder, at, ana, write, request, sign };
}

const first = aManifest("1.0.0");
const firstPath = `${PRODUCT}/1.0.0.json`;
const release = (version: number, manifest: ReturnType<typeof aManifest>, files: Readonly<Record<string, string>> = {}): RequestOptions => {
  const path = `${PRODUCT}/${manifest.manifest.version}.json`;
  return {
    intent: publishIntent(manifest.manifest.version, manifest.text),
    documents: { [`${version}.${PRODUCT}.json`]: signedText(anApplication(version, { ...files, [path]: manifest.text }, farEnd())) },
    attachments: { [path]: manifest.text },
  };
};
/** Thirty days from now, where the builders count from a fixed day. */
const farEnd = (): string => `${new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 19)}Z`;

function change(act: (file: SigningRequestFile) => object): string {
  return JSON.stringify(act(aRequest({ ...release(1, first), rootSha256: ROOT_SHA256 })));
}

function broken(bytes: Buffer): string {
  return change((file) => {
    const [listed] = file.request.documents;
    const name = listed?.name ?? "";
    const digest = sha256(bytes);
    const documents = [{ ...listed, sha256: digest, sizeBytes: bytes.length }];
    const request = { ...file.request, documents, fingerprint: sha256(`${digest}  ${name}\n`) };
    return { ...file, request, documents: [{ name, bytes: bytes.toString("base64") }] };
  });
}

describe("rollcall trust key", () => {
  it("makes a key that only its owner can read, with a public half to hand around", async () => {
    const { at } = await signer();
    expect((await stat(at("ana.key"))).mode & 0o777).toBe(0o600);
    expect(await readKeyFile(at("ana.key.pub"))).toMatchObject({ label: "ana", use: "operator", isPrivate: false });
    const shown = await run("trust", "key", "show", at("ana.key"), "--out", at("copy.pub"));
    expect(shown.out).toMatch(/^ana: operator key, with a passphrase\n {2}key id +[0-9a-f]{64}\n/);
    expect(await readFile(at("copy.pub"), "utf8")).toBe(await readFile(at("ana.key.pub"), "utf8"));
    expect(await run("trust", "key", "create", at("ana.key"), "--no-passphrase")).toMatchObject({ code: 5 });
  });

  it("takes the passphrase from a file that the environment names, or hidden from the terminal, never from nowhere", async () => {
    const { at } = await signer();
    const named = { ...nowhere, ROLLCALL_KEY_PASSPHRASE_FILE: at("pass") };
    expect(await runInProcess(["trust", "key", "create", at("b.key")], named)).toMatchObject({ code: 0 });
    const keyboard = new Keyboard("correct horse", "correct horse");
    expect(await runInProcess(["trust", "key", "create", at("c.key")], nowhere, keyboard)).toMatchObject({ code: 0 });
    expect(keyboard.wasHidden).toEqual([true, true]);
    const differing = new Keyboard("correct horse", "correct hose");
    expect(await runInProcess(["trust", "key", "create", at("d.key")], nowhere, differing)).toMatchObject({ code: 2 });
    expect(await runInProcess(["trust", "key", "create", at("d.key")], nowhere, new Keyboard("short", "short"))).toMatchObject({ code: 2 });
    expect(await run("trust", "key", "create", at("d.key"))).toMatchObject({ code: 3, err: expect.stringContaining("TRUST_KEY_LOCKED") });
    await expect(stat(at("d.key"))).rejects.toMatchObject({ code: "ENOENT" });
    const open = await run("trust", "key", "create", at("e.key"), "--no-passphrase", "--recovery");
    expect(open).toMatchObject({ code: 0, err: expect.stringContaining("WARNING") });
  });
});

describe("rollcall trust sign", () => {
  it("shows what it signs, asks, and writes signatures that the key's public half proves", async () => {
    const { ana, at, request } = await signer();
    const asked = release(1, first);
    const file = await request("request.json", asked);
    const keyboard = new Keyboard("yes", "correct horse");
    const ended = await runInProcess(["trust", "sign", file, "--key", at("ana.key"), "--out", at("signed.json")], nowhere, keyboard);
    expect(ended).toMatchObject({ code: 0, out: expect.stringContaining(`rollcall trust submit ${at("signed.json")}`) });
    expect(ended.err).toContain(`Adds ${PRODUCT} 1.0.0: manifest sha256 ${sha256(first.text)}`);
    expect(ended.err).toContain("Sign this? [y/N]");
    expect(keyboard.wasHidden).toEqual([false, true]);
    const signed = signaturesFile.parse(JSON.parse(await readFile(at("signed.json"), "utf8")));
    const document = asked.documents[`1.${PRODUCT}.json`] ?? "";
    const signatures = signed.signatures.map((one) => isSignedWith(ana.publicKey, Buffer.from(document), one.signature));
    expect(await Promise.all(signatures)).toEqual([true]);
  });

  it("signs nothing after a no, without anybody to ask, or with the wrong passphrase", async () => {
    const { at, request, folder } = await signer();
    const file = await request("request.json", release(1, first));
    const args = ["trust", "sign", file, "--key", at("ana.key"), "--out", join(folder, "signed.json")];
    expect(await runInProcess(args, nowhere, new Keyboard(""))).toMatchObject({ code: 130 });
    expect(await runInProcess(args, nowhere, new Keyboard("y", "wrong"))).toMatchObject({ code: 3 });
    expect(await run(...args, "--passphrase-file", at("pass"))).toMatchObject({ code: 2, err: expect.stringContaining("--yes") });
    await expect(stat(join(folder, "signed.json"))).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("remembers what it signed, and asks about everything that came by another way", async () => {
    const { request, sign } = await signer();
    expect(await sign(await request("1.json", release(1, first)), "--yes")).toMatchObject({ code: 0 });
    const second = aManifest("1.1.0");
    const plain = await sign(await request("2.json", release(2, second, { [firstPath]: first.text })), "--yes");
    expect(plain).toMatchObject({ code: 0, err: expect.not.stringContaining("WARNING") });
    const sneaked = release(3, aManifest("1.2.0"), {
      [firstPath]: first.text,
      [`${PRODUCT}/1.1.0.json`]: second.text,
      [`${PRODUCT}/6.6.6.json`]: "x",
    });
    const refused = await sign(await request("3.json", sneaked), "--yes");
    expect(refused).toMatchObject({ code: 6, err: expect.stringContaining("TRUST_UNEXPLAINED") });
    expect(refused.err).toContain(`! WARNING: Holds ${PRODUCT}/6.6.6.json`);
    expect(await sign(await request("3.json", sneaked), "--yes", "--accept-unexplained")).toMatchObject({ code: 0 });
  });

  it("warns of another control plane, once it knows one", async () => {
    const { request, sign } = await signer();
    expect(await sign(await request("1.json", release(1, first)), "--yes")).toMatchObject({ code: 0 });
    const other = await sign(await request("2.json", { ...release(1, first), rootSha256: "6".repeat(64) }), "--yes");
    expect(other).toMatchObject({ code: 6, err: expect.stringContaining("for which this key has never signed") });
  });

  it("compares with an export that its quorum signed, and refuses one that it did not", async () => {
    const { ana, at, request, sign } = await signer();
    const [online, server] = [testKey("online"), testKey("server")];
    const root = aRoot({ version: 1, root: [server], targets: [server], online });
    const targets = aTargets(1, { [PRODUCT]: { keys: [server] } });
    const write = async (folder: string, files: Readonly<Record<string, Buffer>>): Promise<string> => {
      await mkdir(at(folder));
      for (const [name, bytes] of Object.entries(files)) await writeFile(join(at(folder), name), bytes);
      return at(folder);
    };
    const rootFile = signedFile(root, [server]);
    const options = { rootSha256: sha256(rootFile) };
    const own = anApplication(1, { [firstPath]: first.text }, inDays(30));
    const good = {
      "1.root.json": rootFile,
      "1.targets.json": signedFile(targets, [server]),
      [`1.${PRODUCT}.json`]: signedFile(own, [server]),
    };
    const file = await request("1.json", { ...release(2, aManifest("1.1.0"), { [firstPath]: first.text }), ...options });
    expect(await sign(file, "--yes")).toMatchObject({ code: 6, err: expect.stringContaining("has not seen before") });
    const forged = await write("forged", { ...good, [`1.${PRODUCT}.json`]: signedFile(own, [ana]) });
    expect(await sign(file, "--yes", "--against", forged)).toMatchObject({
      code: 7,
      err: expect.stringContaining("TRUST_SIGNATURE_INVALID"),
    });
    const other = await write("other", { "1.root.json": signedFile(root, [online]) });
    expect(await sign(file, "--yes", "--against", other)).toMatchObject({ code: 7, err: expect.stringContaining("TRUST_ROOT_MISMATCH") });
    const proved = await sign(file, "--yes", "--against", await write("good", good));
    expect(proved).toMatchObject({ code: 0, err: expect.not.stringContaining("WARNING") });
  });

  it("signs nothing but root with a recovery key", async () => {
    const { at, request } = await signer();
    await run("trust", "key", "create", at("safe.key"), "--recovery", "--no-passphrase");
    const { keyId } = await readKeyFile(at("safe.key"));
    const safe = { ...testKey("safe", "recovery"), keyId };
    const asked = await request("1.json", { ...release(1, first), signers: [safe] });
    expect(await run("trust", "sign", asked, "--key", at("safe.key"), "--yes")).toMatchObject({
      code: 7,
      err: expect.stringContaining("does not ask for"),
    });
  });

  it("explains without a key, without a control plane, and as JSON", async () => {
    const { request } = await signer();
    const told = await run("trust", "explain", await request("1.json", release(1, first)), "--json");
    expect(JSON.parse(told.out)).toMatchObject({
      headline: `Publish ${PRODUCT} 1.0.0.`,
      lines: expect.arrayContaining([expect.objectContaining({ tone: "change" })]),
    });
  });
});

describe("a hostile request", () => {
  const evil = "\u001b]0;owned\u0007\u001b[2J\u202e";

  it.each([
    ["is no JSON", () => "{", 2],
    ["is no request", () => JSON.stringify({ kind: "rollcall.signing-request" }), 2],
    [
      "has another digest than its bytes",
      () =>
        change((file) => ({ ...file, documents: file.documents.map((one) => ({ ...one, bytes: Buffer.from("{}").toString("base64") })) })),
      7,
    ],
    ["has another fingerprint", () => change((file) => ({ ...file, request: { ...file.request, fingerprint: "1".repeat(64) } })), 7],
    ["brings a document twice", () => change((file) => ({ ...file, documents: [...file.documents, ...file.documents] })), 7],
    ["brings other documents than it lists", () => change((file) => ({ ...file, documents: aRequest(release(9, first)).documents })), 7],
    ["brings documents that are no text", () => broken(Buffer.from([0xff, 0xfe, 0x00])), 7],
    ["asks for a timestamp", () => JSON.stringify(aRequest({ intent: { kind: "renew" }, documents: { "timestamp.json": "{}" } })), 7],
  ] satisfies readonly (readonly [string, () => string, number])[])("that %s is not signed", async (_what, make, code) => {
    const { at, sign } = await signer();
    await writeFile(at("evil.json"), make());
    const ended = await sign(at("evil.json"), "--yes", "--accept-unexplained");
    expect({ code: ended.code, out: ended.out, hasStack: /\n\s+at /.test(ended.err) }).toEqual({ code, out: "", hasStack: false });
  });

  it("that is huge costs no memory", async () => {
    const { at, sign } = await signer();
    await writeFile(at("evil.json"), Buffer.alloc(65 * 2 ** 20, " "));
    expect(await sign(at("evil.json"), "--yes")).toMatchObject({ code: 2, err: expect.stringContaining("INPUT_TOO_LARGE") });
  });

  it("with documents of another request shows what those do, whatever its title says", async () => {
    const { request, sign } = await signer();
    const options = {
      ...release(1, aManifest("6.6.6")),
      intent: publishIntent("1.0.0", first.text),
      title: "Publish org.example.web 1.0.0",
    };
    const swapped = await sign(await request("swapped.json", options), "--yes");
    expect(swapped).toMatchObject({ code: 6, err: expect.stringContaining(`${PRODUCT}/6.6.6.json`) });
    expect(swapped.err).toContain("No document of this request does what the request says it is for.");
  });

  it("cannot act on the terminal by any of its texts, also as JSON", async () => {
    const { ana, request, sign } = await signer();
    const nasty = aManifest("1.0.0", { arguments: [evil], environment: { A: `${evil}\n! nothing` } });
    const options = { ...release(1, nasty), title: `${evil} nothing to see`, controlPlane: `lab${evil}` };
    const texts = [await sign(await request("1.json", options), "--yes"), await sign(await request("2.json", options), "--yes", "--json")];
    const quorum = { threshold: 1, keys: [asOperatorKey(ana)] };
    const root = aRoot({ version: 1, root: [testKey("x")], targets: [testKey("y")], online: testKey("z") });
    const change = await request("3.json", {
      intent: { kind: "quorum", quorum },
      documents: { "1.root.json": signedText(root) },
      controlPlane: evil,
    });
    texts.push(await sign(change, "--yes"));
    for (const { out, err } of texts) {
      const all = (out + err).replaceAll(/[\n\t]/g, "");
      expect(all).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
    }
    expect(texts[0]?.err).toContain("\\u{1b}]0;owned\\u{7}");
  });

  it("does not make a key forget: a damaged memory is named, not replaced", async () => {
    const { at, request, sign } = await signer();
    const file = await request("1.json", release(1, first));
    await writeFile(at("ana.key.seen.json"), "{ torn");
    expect(await sign(file, "--yes")).toMatchObject({ code: 9, err: expect.stringContaining("ENV_DATA_CORRUPT") });
    await chmod(at("ana.key.seen.json"), 0o600);
    expect(await readFile(at("ana.key.seen.json"), "utf8")).toBe("{ torn");
  });
});
