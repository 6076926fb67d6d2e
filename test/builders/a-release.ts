import { generateKeyPairSync, hash, sign, type KeyObject } from "node:crypto";
import { ociRelease } from "#main/control-plane/release/oci-documents.ts";
import type { StatementSignature } from "#main/control-plane/release/release-trust.ts";
import { makeStatement } from "#main/control-plane/release/sigstore/make-statement.ts";
import { tufKey } from "#main/control-plane/trust/tuf-key.ts";
import type { PublicationContent } from "#main/control-plane/ports/release-store.ts";
import { releaseManifest } from "#shared/domain/release/manifest.ts";

/** The content of a small release, without signatures: one artifact for linux/amd64, nothing stored anywhere. */
export function aRelease(version = "1.4.0"): Omit<PublicationContent, "signature"> {
  const digests = { sha256: "a".repeat(64), sha1: "b".repeat(40), sha512: "c".repeat(128) };
  const manifest = releaseManifest.parse({
    schema: 1,
    applicationId: "0198c1d2-0000-7000-8000-000000000002",
    productId: "org.example.web",
    kind: "process",
    releaseId: "0198c1d2-0000-7000-8000-000000000001",
    version,
    publishedAt: 1_790_000_000_000,
    runSpec: { command: "{artifact}" },
    artifacts: [{ platform: "linux/amd64", fileName: "web", sizeBytes: 3, digests, format: "elf" }],
  });
  const manifestBytes = Buffer.from(JSON.stringify(manifest));
  const manifestSha256 = hash("sha256", manifestBytes);
  const oci = ociRelease(manifest, { sha256: manifestSha256, sizeBytes: manifestBytes.length }, "Web");
  return { productId: "org.example.web", applicationName: "Web", notes: "", manifest, manifestBytes, manifestSha256, channels: [], oci };
}

/** Somebody's Ed25519 key, and their signature over a release's statement. */
export function aStatementSigner() {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const raw = Buffer.from(publicKey.export({ format: "jwk" }).x ?? "", "base64url");
  const { keyID } = tufKey(raw);
  const over = (content: Omit<PublicationContent, "signature">): StatementSignature => ({
    keyId: keyID,
    publicKey: raw,
    signature: sign(null, makeStatement(content).signedBytes, privateKey),
  });
  return { keyId: keyID, base64url: raw.toString("base64url"), pem: pemOf(publicKey), over };
}

/** A public key as PEM. */
export function pemOf(key: KeyObject): string {
  return String(key.export({ format: "pem", type: "spki" }));
}
