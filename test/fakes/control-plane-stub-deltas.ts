import { createHash } from "node:crypto";
import type { ReleaseDelta } from "#shared/domain/release/delta.ts";
import type { ReleaseManifest } from "#shared/domain/release/manifest.ts";
import { makeDelta } from "#main/node/delta/make-delta.ts";

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** A delta with its file, as a control plane publishes it. */
export type StubDelta = { readonly delta: ReleaseDelta; readonly bytes: Buffer };

/** What a delta starts from: a version and its file. */
export type StubBase = { readonly version: string; readonly bytes: Buffer };

/** Makes a real delta from an older file. */
export async function stubDelta(from: StubBase, fresh: Buffer, codec: ReleaseDelta["codec"] = "matches"): Promise<StubDelta> {
  const bytes = Buffer.concat(await makeDelta(from.bytes, fresh, codec));
  return { delta: nameDelta(from, bytes, codec), bytes };
}

/** What is signed about the bytes of a delta, whatever they are. */
export function nameDelta(from: StubBase, bytes: Buffer, codec: ReleaseDelta["codec"] = "matches"): ReleaseDelta {
  return {
    from: { version: from.version, sha256: sha256(from.bytes), sizeBytes: from.bytes.length },
    codec,
    sizeBytes: bytes.length,
    sha256: sha256(bytes),
  };
}

/** Signs deltas into every artifact of a manifest. */
export function withDeltas(...deltas: readonly ReleaseDelta[]): (manifest: ReleaseManifest) => ReleaseManifest {
  return (manifest) => ({ ...manifest, artifacts: manifest.artifacts.map((artifact) => ({ ...artifact, deltas: [...deltas] })) });
}
