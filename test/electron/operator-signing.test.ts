import { createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { signaturesFile } from "#shared/domain/trust/signing-request.ts";
import { rawPublicKey, trustKeyId } from "#shared/domain/trust/trust-key.ts";
import {
  aManifest,
  anApplication,
  aRequest,
  aStatement,
  PRODUCT,
  publishIntent,
  signedText,
  testKey,
} from "#test/builders/signing-requests.ts";
import { openDesktop } from "./boot-desktop.ts";

const keyringKey = z.strictObject({ keyId: trustKeyId, label: z.string(), publicKey: rawPublicKey, createdAt: z.number() });

/** A desktop with one operator key, and what its answers held. */
async function openWithKey(label = "Ana's laptop") {
  const desktop = await openDesktop();
  const answers: unknown[] = [];
  const call = async (payload: unknown) => {
    const answer = await desktop.call(payload);
    answers.push(answer);
    return answer;
  };
  const made = await call({ call: "trustCreateKey", label });
  const key = keyringKey.parse(made.ok ? made.value : undefined);
  return { ...desktop, call, answers, key };
}

/** A request to publish a release that asks for these keys. */
function requestFor(keyIds: readonly string[], version = "1.4.0") {
  const { manifest, text } = aManifest(version);
  const signers = keyIds.map((keyId) => ({ ...testKey("someone"), keyId }));
  return aRequest({
    intent: publishIntent(version, text),
    documents: {
      [`2.${PRODUCT}.json`]: signedText(anApplication(2, { [`${PRODUCT}/${version}.json`]: text })),
      sigstore: aStatement(manifest, text),
    },
    attachments: { [`${PRODUCT}/${version}.json`]: text },
    signers,
  });
}

describe("operator keys in the desktop's keyring", () => {
  it("are made, listed, and kept under their label once", async () => {
    const { call, key } = await openWithKey();
    expect(await call({ call: "trustKeys" })).toEqual({ ok: true, value: [key] });
    expect(await call({ call: "trustCreateKey", label: "Ana's laptop" })).toMatchObject({ ok: false, code: "CONFLICT_EXISTS" });
    await call({ call: "trustCreateKey", label: "Another" });
    const listed = await call({ call: "trustKeys" });
    expect(listed).toMatchObject({ ok: true, value: [{ label: "Ana's laptop" }, { label: "Another" }] });
  });

  it("sign what the person has seen, after a yes, and every signature verifies", async () => {
    const { electron, call, key } = await openWithKey();
    const request = requestFor([key.keyId]);
    electron.dialog.pressed = 1;
    const answer = await call({ call: "trustSign", request: JSON.stringify(request), keyId: key.keyId });
    const { signatures, fingerprint, requestId } = signaturesFile.parse(answer.ok ? answer.value : undefined);
    expect([fingerprint, requestId]).toEqual([request.request.fingerprint, request.request.id]);
    const publicKey = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: key.publicKey }, format: "jwk" });
    const verified = request.documents.map(({ name, bytes }) => {
      const signature = signatures.find((one) => one.document === name);
      return verify(null, Buffer.from(bytes, "base64"), publicKey, Buffer.from(signature?.signature ?? "", "base64url"));
    });
    expect(verified).toEqual([true, true]);
    const asked = electron.dialog.asked.at(-1)!;
    expect(asked.message).toBe(`Sign with your key "Ana's laptop"?`);
    expect(asked.buttons).toEqual(["Do not sign", "Sign"]);
    for (const { name, sha256: digest } of request.request.documents) expect(asked.detail).toContain(`${digest}  ${name}`);
    expect(asked.detail).toContain(request.request.fingerprint);
    expect(asked.detail).toMatch(/1\.4\.0/);
  });

  it("sign nothing when the person declines, and forget nothing of what they signed before", async () => {
    const { electron, call, key, dataFolder } = await openWithKey();
    electron.dialog.pressed = 0;
    const request = JSON.stringify(requestFor([key.keyId]));
    expect(await call({ call: "trustSign", request, keyId: key.keyId })).toEqual({ ok: true, value: undefined });
    await expect(readFile(join(dataFolder, "desktop", "operator-keys.json.seen.json"))).rejects.toMatchObject({ code: "ENOENT" });
    electron.dialog.pressed = 1;
    await call({ call: "trustSign", request, keyId: key.keyId });
    expect(await readFile(join(dataFolder, "desktop", "operator-keys.json.seen.json"), "utf8")).toContain(PRODUCT);
  });

  it.each([
    [
      "a document's bytes are not those of its digest",
      (text: string) => text.replace(/"bytes":"[^"]{8}/, (found) => `${found.slice(0, -4)}AAAA`),
      "TRUST_REQUEST_REFUSED",
    ],
    [
      "the digest is another",
      (text: string) => text.replace(/"sha256":"[0-9a-f]/, (found) => `${found.slice(0, -1)}${found.endsWith("0") ? "1" : "0"}`),
      "TRUST_REQUEST_REFUSED",
    ],
    [
      "the fingerprint is another",
      (text: string) => text.replace(/"fingerprint":"[0-9a-f]{8}/, '"fingerprint":"00000000'),
      "TRUST_REQUEST_REFUSED",
    ],
    ["it is no request", () => "{}", "INPUT_INVALID"],
    ["it is no JSON", () => "{", "INPUT_INVALID"],
    ["it is too long", (text: string) => text + " ".repeat(16 * 2 ** 20), "INPUT_TOO_LARGE"],
  ])("are not asked for when %s", async (_, forge, code) => {
    const { electron, call, key } = await openWithKey();
    electron.dialog.pressed = 1;
    const request = forge(JSON.stringify(requestFor([key.keyId])));
    expect(await call({ call: "trustSign", request, keyId: key.keyId })).toMatchObject({ ok: false, code });
    expect(electron.dialog.asked).toEqual([]);
  });

  it("are not used for a request that does not ask for them, and cannot be named when they are not here", async () => {
    const { electron, call, key } = await openWithKey();
    electron.dialog.pressed = 1;
    const other = "1".repeat(64);
    const request = JSON.stringify(requestFor([other]));
    expect(await call({ call: "trustSign", request, keyId: key.keyId })).toMatchObject({ ok: false, code: "TRUST_SIGNATURE_REFUSED" });
    expect(await call({ call: "trustSign", request, keyId: other })).toMatchObject({ ok: false, code: "NOT_FOUND" });
    expect(electron.dialog.asked).toEqual([]);
  });

  it("warn in the dialog of what the request's purpose does not explain", async () => {
    const { electron, call, key } = await openWithKey();
    const plain = requestFor([key.keyId]);
    const { text } = aManifest("1.4.0");
    const files = { [`${PRODUCT}/1.4.0.json`]: text, [`${PRODUCT}/6.6.6.json`]: "{}" };
    const sly = aRequest({
      intent: plain.request.intent,
      documents: { [`2.${PRODUCT}.json`]: signedText(anApplication(2, files)) },
      attachments: { [`${PRODUCT}/1.4.0.json`]: text },
      signers: [{ ...testKey("someone"), keyId: key.keyId }],
    });
    await call({ call: "trustSign", request: JSON.stringify(sly), keyId: key.keyId });
    expect(electron.dialog.asked.at(-1)!.detail).toMatch(/⚠ .*6\.6\.6/);
  });

  it("show one request at a time", async () => {
    const { electron, call, key } = await openWithKey();
    const answered = Promise.withResolvers<{ response: number; checkboxChecked: boolean }>();
    vi.spyOn(electron.dialog, "showMessageBox").mockReturnValue(answered.promise);
    const request = JSON.stringify(requestFor([key.keyId]));
    const first = call({ call: "trustSign", request, keyId: key.keyId });
    expect(await call({ call: "trustSign", request, keyId: key.keyId })).toMatchObject({ ok: false, code: "CONFLICT_STATE" });
    answered.resolve({ response: 0, checkboxChecked: false });
    expect(await first).toEqual({ ok: true, value: undefined });
  });

  it("never leave the shell: no answer, file or log holds a private key", async () => {
    const { electron, call, answers, key, dataFolder } = await openWithKey();
    electron.dialog.pressed = 1;
    await call({ call: "trustSign", request: JSON.stringify(requestFor([key.keyId])), keyId: key.keyId });
    const file = await readFile(join(dataFolder, "desktop", "operator-keys.json"), "utf8");
    // PKCS #8 of any Ed25519 key begins with the same sixteen bytes; so do its base64 and hex.
    const head = generateKeyPairSync("ed25519").privateKey.export({ format: "der", type: "pkcs8" }).subarray(0, 15);
    for (const text of [JSON.stringify(answers), file]) {
      for (const form of [head.toString("base64"), head.toString("hex"), "PRIVATE KEY", "privateKey"]) expect(text).not.toContain(form);
    }
  });

  it.runIf(process.platform === "linux")("are neither made nor listed without a keyring that encrypts", async () => {
    const { electron, call } = await openWithKey();
    electron.safeStorage.backend = "basic_text";
    expect(await call({ call: "trustCreateKey", label: "Other" })).toMatchObject({ ok: false, code: "ENV_SECRETS_LOCKED" });
    expect(await call({ call: "trustKeys" })).toMatchObject({ ok: false, code: "ENV_SECRETS_LOCKED" });
  });
});
