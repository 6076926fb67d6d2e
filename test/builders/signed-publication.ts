import { hash, randomUUID, sign } from "node:crypto";
import { ociRelease } from "#main/control-plane/release/oci-documents.ts";
import { makeBundles } from "#main/control-plane/release/sigstore/make-bundles.ts";
import { makeStatement } from "#main/control-plane/release/sigstore/make-statement.ts";
import type { PublicationContent, ReleaseStore } from "#main/control-plane/ports/release-store.ts";
import { releaseManifest } from "#shared/domain/release/manifest.ts";
import { stableJson } from "#shared/lib/stable-json.ts";
import { FOLDER_APPLICATION, FOLDER_PRODUCT, type FolderRelease } from "./release-folder.ts";

/** What is published, by whom it is signed, and which channels point at it. */
export type SignedRelease = FolderRelease & { readonly channels?: readonly string[] };

/** Publishes a release by a store's own adapter, as a control plane would: its documents, its signatures, its steps. */
export async function publishSigned(store: ReleaseStore, release: SignedRelease): Promise<PublicationContent> {
  const content = contentOf(release);
  for (const step of store.plan(content)) {
    await store.run(step, content, {
      open: (_sha256, range) =>
        Promise.resolve(piecesOf(range === undefined ? release.bytes : release.bytes.subarray(range.first, range.last + 1))),
      resume: undefined,
      checkpoint: () => Promise.resolve(),
      onProgress: () => undefined,
      signal: new AbortController().signal,
    });
  }
  for (const channel of release.channels ?? [])
    await store.moveChannel(FOLDER_PRODUCT, channel, release.version, new AbortController().signal);
  return content;
}

function contentOf({ version, bytes, runSpec, signers, channels = [], forge = (manifest) => manifest }: SignedRelease): PublicationContent {
  const digests = { sha256: hash("sha256", bytes), sha1: hash("sha1", bytes), sha512: hash("sha512", bytes) };
  const manifest = releaseManifest.parse({
    schema: 1,
    applicationId: FOLDER_APPLICATION,
    productId: FOLDER_PRODUCT,
    kind: "process",
    releaseId: randomUUID(),
    version,
    publishedAt: Date.now(),
    runSpec: { command: process.execPath, arguments: ["{artifact}"], installAs: "service.mjs", ...runSpec },
    artifacts: [{ platform: "any", fileName: "service.mjs", sizeBytes: bytes.length, digests, format: "script" }],
  });
  const describe = (one: typeof manifest) => {
    const manifestBytes = Buffer.from(stableJson(one));
    const manifestSha256 = hash("sha256", manifestBytes);
    const oci = ociRelease(one, { sha256: manifestSha256, sizeBytes: manifestBytes.length }, "Web");
    return { productId: FOLDER_PRODUCT, applicationName: "Web", notes: "", manifest: one, manifestBytes, manifestSha256, channels, oci };
  };
  const signed = describe(manifest);
  const signatures = signers.map(({ key, keyId, publicKey }) => ({
    keyId,
    publicKey: Buffer.from(publicKey, "base64url"),
    signature: sign(null, makeStatement(signed).signedBytes, key),
  }));
  return { ...describe(forge(manifest)), signature: { bundles: makeBundles(signed, signatures) } };
}

async function* piecesOf(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 65_536) yield await Promise.resolve(bytes.subarray(at, at + 65_536));
}
