import { hash, randomBytes } from "node:crypto";
import { ociRelease } from "#main/control-plane/release/oci-documents.ts";
import { makeBundles } from "#main/control-plane/release/sigstore/make-bundles.ts";
import type { PublicationContent, StepContext } from "#main/control-plane/ports/release-store.ts";
import { type ReleaseManifest, releaseManifest } from "#shared/domain/release/manifest.ts";
import { stableJson } from "#shared/lib/stable-json.ts";

/** A file of a release under test. */
export type TestFile = { readonly platform: string; readonly fileName: string; readonly bytes: Buffer };

/** A release as the core hands it to stores, with the bytes of its artifacts. */
export type TestPublication = { readonly content: PublicationContent; readonly open: StepContext["open"] };

export const PRODUCT = "com.example.web";
const APPLICATION = "7c0e9e5a-7a51-4d0e-9d5b-9d1f6f7f0a01";
const DEFAULT_FILES: readonly TestFile[] = [
  { platform: "linux/amd64", fileName: "web", bytes: Buffer.from("web for amd64, some bytes") },
  { platform: "linux/arm64", fileName: "web", bytes: Buffer.from("web for arm64, other bytes") },
];

/** What a test may choose of a release; the rest is plain. */
export type PublicationOptions = {
  readonly version?: string;
  readonly files?: readonly TestFile[];
  readonly channels?: readonly string[];
  readonly notes?: string;
  readonly keys?: readonly string[];
  readonly applicationId?: string;
  readonly releaseId?: string;
};

/** Builds a release with real documents, and bundles whose signatures are random bytes: stores carry them unread. */
export function aPublication(options: PublicationOptions = {}): TestPublication {
  const { version = "1.4.2", files = DEFAULT_FILES, channels = [], notes = "Faster.", keys = ["a1".repeat(32), "b2".repeat(32)] } = options;
  const manifest = releaseManifest.parse({
    schema: 1,
    applicationId: options.applicationId ?? APPLICATION,
    productId: PRODUCT,
    kind: "process",
    releaseId: options.releaseId ?? "0b9f2f7e-52f0-4f6c-8f0f-3f1a4d1e5b10",
    version,
    publishedAt: Date.UTC(2026, 10, 21),
    runSpec: {},
    artifacts: files.map(({ platform, fileName, bytes }) => ({
      platform,
      fileName,
      sizeBytes: bytes.length,
      digests: digestsOf(bytes),
      format: "elf",
    })),
  });
  return { content: contentOf(manifest, { channels, notes, keys }), open: opener(files) };
}

/** The content of a manifest, whose artifacts may be anywhere. */
export function contentOf(
  manifest: ReleaseManifest,
  given: { readonly channels: readonly string[]; readonly notes: string; readonly keys: readonly string[] },
): PublicationContent {
  const manifestBytes = Buffer.from(stableJson(manifest));
  const manifestSha256 = hash("sha256", manifestBytes);
  const content = {
    productId: PRODUCT,
    applicationName: "Web",
    notes: given.notes,
    manifest,
    manifestBytes,
    manifestSha256,
    channels: given.channels,
    oci: ociRelease(manifest, { sha256: manifestSha256, sizeBytes: manifestBytes.length }, "Web"),
  };
  const signatures = given.keys.map((keyId) => ({ keyId, publicKey: randomBytes(32), signature: randomBytes(64) }));
  return { ...content, signature: { bundles: makeBundles(content, signatures) } };
}

/** All three digests of some bytes. */
export function digestsOf(bytes: Buffer): { readonly sha256: string; readonly sha1: string; readonly sha512: string } {
  return { sha256: hash("sha256", bytes), sha1: hash("sha1", bytes), sha512: hash("sha512", bytes) };
}

/** Opens files by their digest in chunks of 16 KiB, as a blob store does. */
function opener(files: readonly TestFile[]): StepContext["open"] {
  const blobs = new Map(files.map(({ bytes }) => [hash("sha256", bytes), bytes]));
  return async (sha256, range) => {
    const bytes = blobs.get(sha256);
    if (bytes === undefined) throw new Error(`no blob ${sha256}`);
    return chunksOf(range === undefined ? bytes : bytes.subarray(range.first, range.last + 1));
  };
}

async function* chunksOf(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 16_384) yield bytes.subarray(at, at + 16_384);
}
