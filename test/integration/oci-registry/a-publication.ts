import { hash, randomBytes } from "node:crypto";
import { makeManifest, manifestBytes } from "#main/control-plane/release/make-manifest.ts";
import { ociRelease } from "#main/control-plane/release/oci-documents.ts";
import { makeBundles } from "#main/control-plane/release/sigstore/make-bundles.ts";
import type { PublicationContent, StepContext } from "#main/control-plane/ports/release-store.ts";
import { application, release } from "#shared/domain/release/release.ts";
import type { Json } from "#shared/lib/canonical-json.ts";

/** A file of a release as a test names it. */
export type TestFile = { readonly platform: string; readonly fileName: string; readonly bytes: Buffer };

/** What a release of a test consists of. */
export type TestRelease = {
  readonly productId?: string;
  readonly version?: string;
  readonly files?: readonly TestFile[];
  readonly channels?: readonly string[];
  readonly isSigned?: boolean;
};

const digestsOf = (bytes: Buffer) => ({ sha256: hash("sha256", bytes), sha1: hash("sha1", bytes), sha512: hash("sha512", bytes) });

/** Two platforms, one small and one of some hundred kilobytes. */
export const twoFiles = (): readonly TestFile[] => [
  { platform: "linux/amd64", fileName: "demo-amd64", bytes: randomBytes(300_000) },
  { platform: "linux/arm64", fileName: "demo-arm64", bytes: randomBytes(1000) },
];

/** The content of a publication, made by the control plane's own code, with the bytes behind it. */
export class TestPublication {
  readonly content: PublicationContent;
  readonly files: ReadonlyMap<string, Buffer>;
  readonly #unsigned: Omit<PublicationContent, "signature">;

  constructor({ productId = "org.example.demo", version = "1.0.0", files = twoFiles(), channels = [], isSigned = true }: TestRelease = {}) {
    this.files = new Map(files.map(({ bytes }) => [hash("sha256", bytes), bytes]));
    const manifest = makeManifest(anApplication(productId), aRelease(version, files), Date.parse("2026-01-02T03:04:05Z"));
    const bytes = manifestBytes(manifest);
    const sha256 = hash("sha256", bytes);
    const oci = ociRelease(manifest, { sha256, sizeBytes: bytes.length }, "Demo");
    const unsigned = {
      productId,
      applicationName: "Demo",
      notes: "",
      manifest,
      manifestBytes: bytes,
      manifestSha256: sha256,
      channels,
      oci,
    };
    this.#unsigned = unsigned;
    this.content = isSigned ? this.signedBy("a") : { ...unsigned, signature: undefined };
  }

  /** The same release with the signature of a key that tests make up; nobody verifies it here. */
  signedBy(name: string): PublicationContent {
    const keyId = hash("sha256", name);
    const signatures = [{ keyId, publicKey: new Uint8Array(32), signature: new Uint8Array(64).fill(7) }];
    return { ...this.#unsigned, signature: { bundles: makeBundles(this.#unsigned, signatures) } };
  }

  /** A step's context over these bytes; notes are kept in `notes` under `stepId`. */
  context(notes: Map<string, Json> = new Map(), stepId = "", signal = new AbortController().signal): StepContext {
    return {
      open: (sha256, range) => Promise.resolve(slices(this.files.get(sha256) ?? Buffer.alloc(0), range)),
      resume: notes.get(stepId),
      checkpoint: (note) => {
        notes.set(stepId, note);
        return Promise.resolve();
      },
      onProgress: () => undefined,
      signal,
    };
  }
}

/** Bytes in pieces, as a file is read. */
export async function* slices(bytes: Buffer, range = { first: 0, last: bytes.length - 1 }, pieceBytes = 65_536): AsyncGenerator<Buffer> {
  const part = bytes.subarray(range.first, range.last + 1);
  for (let at = 0; at < part.length; at += pieceBytes) yield await Promise.resolve(part.subarray(at, at + pieceBytes));
}

function anApplication(productId: string) {
  return application.parse({
    id: "6f0e5d52-0000-4000-8000-000000000001",
    productId,
    name: "Demo",
    kind: "process",
    description: "",
    createdAt: 0,
    revision: 0,
  });
}

function aRelease(version: string, files: readonly TestFile[]) {
  return release.parse({
    id: "6f0e5d52-0000-4000-8000-000000000002",
    applicationId: "6f0e5d52-0000-4000-8000-000000000001",
    version,
    state: "draft",
    notes: "",
    runSpec: {},
    createdAt: 0,
    createdBy: "test",
    revision: 0,
    artifacts: files.map(({ platform, fileName, bytes }, index) => ({
      id: `6f0e5d52-0000-4000-8000-0000000001${String(index).padStart(2, "0")}`,
      platform,
      fileName,
      sizeBytes: bytes.length,
      digests: digestsOf(bytes),
      format: "unknown",
    })),
  });
}
