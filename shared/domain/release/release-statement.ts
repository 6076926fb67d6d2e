import { stableJson } from "../../lib/stable-json.ts";
import type { ReleaseManifest } from "./manifest.ts";

/** DSSE payload type of an in-toto statement. */
export const STATEMENT_TYPE = "application/vnd.in-toto+json";

/** What the statement says: that its subjects were signed, as `cosign sign` says it. */
export const PREDICATE_TYPE = "https://sigstore.dev/cosign/sign/v1";

/** A release as others' tools find it: its manifest, and the digests of that and of its OCI index. */
export type StatedRelease = {
  readonly manifest: ReleaseManifest;
  readonly manifestSha256: string;
  readonly indexSha256: string;
  readonly applicationName: string;
};

/**
 * Writes the in-toto statement (specification v1) of a release. Its subjects are the OCI index, the release manifest and
 * every artifact, so that a bundle checks whichever of them somebody holds. The same release gives the same text.
 */
export function releaseStatement({ manifest, manifestSha256, indexSha256, applicationName }: StatedRelease): string {
  const { productId, version, releaseId } = manifest;
  const subject = [
    { name: `${productId}:${version}`, digest: { sha256: indexSha256 } },
    { name: `${version}.json`, digest: { sha256: manifestSha256 } },
    ...manifest.artifacts.map((one) => ({ name: `${one.platform}/${one.fileName}`, digest: { sha256: one.digests.sha256 } })),
  ];
  // The application's name stands in the index: with it whoever signs computes the index, and takes nobody's word for it.
  const predicate = { productId, version, releaseId, applicationName };
  return stableJson({ _type: "https://in-toto.io/Statement/v1", subject, predicateType: PREDICATE_TYPE, predicate });
}

/** What DSSE signs instead of the bare payload (DSSE protocol v1, PAE), so that no payload passes as one of another type. */
export function preAuthenticationEncoding(type: string, payload: string): string {
  const length = (text: string): number => new TextEncoder().encode(text).length;
  return `DSSEv1 ${length(type)} ${type} ${length(payload)} ${payload}`;
}
