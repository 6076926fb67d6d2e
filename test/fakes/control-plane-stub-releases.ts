import { createHash, randomUUID } from "node:crypto";
import { AGENT_PRODUCT_ID } from "#shared/domain/release/agent-product.ts";
import { manifestTargetPath, type ReleaseManifest } from "#shared/domain/release/manifest.ts";
import { runSpec, type RunSpec } from "#shared/domain/release/run-spec.ts";
import { applicationId, releaseId } from "#shared/lib/ids.ts";
import type { DesiredApplication } from "#shared/protocol/control-frames.ts";
import type { StubFiles } from "./control-plane-stub-files.ts";
import type { TufRepository } from "./tuf-repository.ts";

/** A published release as a desired document names it. */
export type StubRelease = Omit<DesiredApplication, "grant" | "hold">;

/** An application that the stub publishes releases of. */
export type StubApplication = Pick<StubRelease, "applicationId" | "productId">;

/** What is published. `sign` changes the signed manifest, `blob` the bytes that are served for it. */
export type StubPublication = {
  readonly version: string;
  readonly bytes: Buffer;
  /** Laid over a spec that runs the file with this Node; undefined takes a field away. */
  readonly runSpec?: { readonly [K in keyof RunSpec]?: RunSpec[K] | undefined };
  readonly platform?: string;
  /** Of which application; the stub's own by default. */
  readonly of?: StubApplication;
  readonly sign?: (manifest: ReleaseManifest) => ReleaseManifest;
  readonly blob?: Buffer;
};

/** The one application of the stub. */
export const STUB_APPLICATION = applicationId.parse("7d0b8a52-3f0e-4f7c-9a55-6f1f1d0c9b11");
export const STUB_PRODUCT = "org.example.web";

/** The agent itself, as the stub publishes it. */
export const AGENT_APPLICATION: StubApplication = {
  applicationId: applicationId.parse("0d9f6a1e-52f0-4c1e-8a41-2f9a4b7c6d10"),
  productId: AGENT_PRODUCT_ID,
};

const hex = (algorithm: string, bytes: Buffer): string => createHash(algorithm).update(bytes).digest("hex");

/** Signs a manifest, keeps the blob, and gives what a desired document says of it. */
export function publishTo(repository: TufRepository, files: Pick<StubFiles, "blobs">, publication: StubPublication): StubRelease {
  const {
    version,
    bytes,
    platform = "any",
    of = { applicationId: STUB_APPLICATION, productId: STUB_PRODUCT },
    sign = (manifest) => manifest,
  } = publication;
  const digests = { sha256: hex("sha256", bytes), sha1: hex("sha1", bytes), sha512: hex("sha512", bytes) };
  const id = releaseId.parse(randomUUID());
  const manifest: ReleaseManifest = {
    schema: 1,
    ...of,
    kind: "process",
    releaseId: id,
    version,
    publishedAt: Date.now(),
    runSpec: runSpec.parse({ command: process.execPath, arguments: ["{artifact}"], installAs: "service.mjs", ...publication.runSpec }),
    artifacts: [{ platform, fileName: "service.mjs", sizeBytes: bytes.length, digests, format: "script" }],
  };
  repository.addTarget(of.productId, manifestTargetPath(of.productId, version), Buffer.from(JSON.stringify(sign(manifest))));
  files.blobs.set(digests.sha256, publication.blob ?? bytes);
  return {
    ...of,
    releaseId: id,
    version,
    digest: digests.sha256,
    sizeBytes: bytes.length,
  };
}
