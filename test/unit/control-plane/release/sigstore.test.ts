import { createPublicKey, generateKeyPairSync, hash, sign } from "node:crypto";
import { bundleFromJSON, type Bundle } from "@sigstore/bundle";
import { toSignedEntity, toTrustMaterial, Verifier } from "@sigstore/verify";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { makeBundles } from "#main/control-plane/release/sigstore/make-bundles.ts";
import { makeStatement } from "#main/control-plane/release/sigstore/make-statement.ts";
import { verifyBundles } from "#main/control-plane/release/sigstore/verify-bundles.ts";
import { aRelease, aStatementSigner, pemOf } from "#test/builders/a-release.ts";

const bundleShape = z.looseObject({
  mediaType: z.string(),
  verificationMaterial: z.looseObject({ publicKey: z.object({ hint: z.string() }) }),
  dsseEnvelope: z.object({
    payload: z.string(),
    payloadType: z.string(),
    signatures: z.array(z.object({ sig: z.string(), keyid: z.string() })),
  }),
});
const envelope = z.object({ dsseEnvelope: z.object({ payload: z.string() }) });
type BundleShape = z.infer<typeof bundleShape>;

const read = (bytes: Uint8Array): BundleShape => bundleShape.parse(JSON.parse(Buffer.from(bytes).toString("utf8")));
const write = (bundle: unknown): Uint8Array => Buffer.from(JSON.stringify(bundle));

/** A release with one bundle over it. */
function signed() {
  const release = aRelease();
  const signer = aStatementSigner();
  const [bundle] = makeBundles(release, [signer.over(release)]);
  return { release, signer, bundle: bundle!, subject: release.oci.index.sha256 };
}

describe("the Sigstore bundle of a release", () => {
  it("is verified by the library of the Sigstore project with nothing but the key", () => {
    const { bundle, signer } = signed();
    const parsed: Bundle = bundleFromJSON(JSON.parse(Buffer.from(bundle.bytes).toString("utf8")));
    const verify = (pem: string) => {
      const publicKey = createPublicKey(pem);
      const material = toTrustMaterial(
        { mediaType: "", tlogs: [], ctlogs: [], certificateAuthorities: [], timestampAuthorities: [] },
        () => ({ publicKey, validFor: () => true }),
      );
      return new Verifier(material, { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 }).verify(toSignedEntity(parsed));
    };
    expect(verify(signer.pem).key.asymmetricKeyType).toBe("ed25519");
    expect(() => verify(aStatementSigner().pem)).toThrow("signature verification failed");
  });

  it("has the form that cosign writes: a v0.3 bundle with a DSSE envelope around an in-toto statement", () => {
    const { bundle, release, signer } = signed();
    const { mediaType, verificationMaterial, dsseEnvelope } = read(bundle.bytes);
    const spki = createPublicKey(signer.pem).export({ format: "der", type: "spki" });
    expect([mediaType, dsseEnvelope.payloadType]).toEqual([
      "application/vnd.dev.sigstore.bundle.v0.3+json",
      "application/vnd.in-toto+json",
    ]);
    expect(verificationMaterial.publicKey.hint).toBe(hash("sha256", spki, "base64"));
    expect(dsseEnvelope.signatures).toHaveLength(1);
    expect(JSON.parse(Buffer.from(dsseEnvelope.payload, "base64").toString("utf8"))).toEqual({
      _type: "https://in-toto.io/Statement/v1",
      predicateType: "https://sigstore.dev/cosign/sign/v1",
      predicate: { productId: "org.example.web", version: "1.4.0", releaseId: release.manifest.releaseId, applicationName: "Web" },
      subject: [
        { name: "org.example.web:1.4.0", digest: { sha256: release.oci.index.sha256 } },
        { name: "1.4.0.json", digest: { sha256: release.manifestSha256 } },
        { name: "linux/amd64/web", digest: { sha256: "a".repeat(64) } },
      ],
    });
  });

  it("is attached to the index by a manifest that is the same every time", () => {
    const { bundle, release, signer } = signed();
    expect(makeBundles(release, [signer.over(release)])[0]).toEqual(bundle);
    expect(JSON.parse(Buffer.from(bundle.referrer.bytes).toString("utf8"))).toMatchObject({
      artifactType: "application/vnd.dev.sigstore.bundle.v0.3+json",
      config: { mediaType: "application/vnd.oci.empty.v1+json" },
      layers: [
        {
          mediaType: "application/vnd.dev.sigstore.bundle.v0.3+json",
          digest: `sha256:${hash("sha256", bundle.bytes)}`,
          size: bundle.bytes.length,
        },
      ],
      subject: { digest: `sha256:${release.oci.index.sha256}`, size: release.oci.index.bytes.length },
      annotations: {
        "dev.sigstore.bundle.content": "dsse-envelope",
        "dev.sigstore.bundle.predicateType": "https://sigstore.dev/cosign/sign/v1",
        "org.opencontainers.image.created": "2026-09-21T14:13:20.000Z",
      },
    });
  });
});

describe("somebody's bundles", () => {
  it("are verified by any of the given keys, as PEM or raw, whatever else lies beside", async () => {
    const { bundle, signer, subject } = signed();
    const other = aStatementSigner();
    for (const key of [signer.base64url, signer.pem]) {
      expect(await verifyBundles([write({}), bundle.bytes], subject, [other.pem, key])).toEqual({ kind: "verified", keyId: signer.keyId });
    }
  });

  it("are none, or by nobody we know", async () => {
    const { bundle, subject } = signed();
    expect(await verifyBundles([], subject, [aStatementSigner().pem])).toEqual({ kind: "none" });
    expect(await verifyBundles([bundle.bytes], subject, [aStatementSigner().pem])).toEqual({ kind: "unknown-key" });
    expect(await verifyBundles([bundle.bytes], subject, [])).toEqual({ kind: "unknown-key" });
  });

  it("count for their own subjects only", async () => {
    const { bundle, signer, subject, release } = signed();
    expect(await verifyBundles([bundle.bytes], release.manifestSha256, [signer.pem])).toMatchObject({ kind: "verified" });
    expect(await verifyBundles([bundle.bytes], aRelease("1.4.1").oci.index.sha256, [signer.pem])).toMatchObject({ kind: "invalid" });
    await expect(verifyBundles([bundle.bytes], subject.slice(1), [signer.pem])).rejects.toThrow();
  });

  it("are refused with any changed byte of payload, type or signature", async () => {
    const { bundle, signer, subject } = signed();
    const whole = read(bundle.bytes);
    const { dsseEnvelope } = whole;
    const [{ sig, keyid }] = dsseEnvelope.signatures as [{ sig: string; keyid: string }];
    const changed = (text: string): readonly string[] => {
      const bytes = Buffer.from(text, "base64");
      return [...bytes.keys()].map((index) => {
        const copy = Buffer.from(bytes);
        copy[index]! ^= 1 << (index % 8);
        return copy.toString("base64");
      });
    };
    const forged = [
      ...changed(dsseEnvelope.payload).map((payload) => ({ ...whole, dsseEnvelope: { ...dsseEnvelope, payload } })),
      ...changed(sig).map((one) => ({ ...whole, dsseEnvelope: { ...dsseEnvelope, signatures: [{ sig: one, keyid }] } })),
      { ...whole, dsseEnvelope: { ...dsseEnvelope, payloadType: "application/vnd.in-toto+jsom" } },
      { ...whole, dsseEnvelope: { ...dsseEnvelope, signatures: [] } },
    ];
    expect(forged.length).toBeGreaterThan(500);
    for (const one of forged) expect(await verifyBundles([write(one)], subject, [signer.pem])).toMatchObject({ kind: "invalid" });
  });

  it("are verified with one changed byte anywhere in the file only where that byte says nothing", async () => {
    const { bundle, signer, subject, release } = signed();
    const statement = Buffer.from(makeStatement(release).payload).toString("base64");
    let verified = 0;
    for (let index = 0; index < bundle.bytes.length; index += 1) {
      const copy = Buffer.from(bundle.bytes);
      copy[index]! ^= 1;
      if ((await verifyBundles([copy], subject, [signer.pem])).kind !== "verified") continue;
      verified += 1;
      // A hint, or a letter of base64 beyond the last byte: what is verified is the very same statement.
      expect(Buffer.from(envelope.parse(JSON.parse(copy.toString("utf8"))).dsseEnvelope.payload, "base64").toString("base64")).toBe(
        statement,
      );
    }
    expect(verified).toBeLessThan(200);
  });

  it.each([
    ["no JSON", "{"],
    ["another document", "{}"],
    ["nothing", ""],
    ["an endless one", `"${"x".repeat(1_100_000)}"`],
  ])("are invalid when one is %s", async (_, text) => {
    const { signer, subject } = signed();
    expect(await verifyBundles([Buffer.from(text)], subject, [signer.pem])).toMatchObject({ kind: "invalid" });
  });

  it("of cosign's kind are verified: ECDSA P-256, a hint of its own, and an entry of a log that we hold no key of", async () => {
    const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const subject = "d".repeat(64);
    const payload = Buffer.from(
      JSON.stringify({
        _type: "https://in-toto.io/Statement/v1",
        subject: [{ digest: { sha256: subject }, annotations: {} }],
        predicateType: "https://sigstore.dev/cosign/sign/v1",
        predicate: {},
      }),
    );
    const payloadType = "application/vnd.in-toto+json";
    const encoded = Buffer.concat([Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `), payload]);
    const entry = {
      logIndex: "1",
      logId: { keyId: "AAAA" },
      kindVersion: { kind: "dsse", version: "0.0.1" },
      integratedTime: "1790000000",
      inclusionPromise: { signedEntryTimestamp: "AAAA" },
      inclusionProof: { logIndex: "1", rootHash: "AAAA", treeSize: "2", hashes: ["AAAA"], checkpoint: { envelope: "x" } },
      canonicalizedBody: "AAAA",
    };
    const bundle = write({
      mediaType: "application/vnd.dev.sigstore.bundle.v0.3+json",
      verificationMaterial: { publicKey: { hint: "a hint of theirs" }, tlogEntries: [entry] },
      dsseEnvelope: {
        payload: payload.toString("base64"),
        payloadType,
        signatures: [{ sig: sign("sha256", encoded, privateKey).toString("base64"), keyid: "" }],
      },
    });
    expect(await verifyBundles([bundle], subject, [pemOf(publicKey)])).toMatchObject({ kind: "verified" });
    expect(await verifyBundles([bundle], "e".repeat(64), [pemOf(publicKey)])).toMatchObject({ kind: "invalid" });
  });

  it.each([
    ["a private key", String(generateKeyPairSync("ed25519").privateKey.export({ format: "pem", type: "pkcs8" }))],
    ["nonsense", "key"],
    ["an RSA key", pemOf(generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey)],
  ])("are not verified with %s", async (_, key) => {
    const { bundle, subject } = signed();
    const thrown: unknown = await verifyBundles([bundle.bytes], subject, [key]).catch((failure: unknown) => failure);
    expect(thrown).toMatchObject({ code: "INPUT_INVALID" });
    expect(String(thrown)).not.toContain(key.slice(30, 60) || "nothing of it");
  });
});
