import { createHash, hash } from "node:crypto";
import { z } from "zod";

/** Digests of the image-spec that we can check: sha256, which we write, and sha512, which others may. */
export const contentDigest = z.string().regex(/^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/, "a sha256 or sha512 digest");

const algorithmOf = (digest: string): string => digest.slice(0, digest.indexOf(":"));

/** The digest of bytes by the algorithm of another digest. */
export function digestLike(other: string, bytes: Uint8Array): string {
  const algorithm = algorithmOf(other);
  return `${algorithm}:${hash(algorithm, bytes)}`;
}

/** A running digest by the algorithm of another one. */
export function runningDigestLike(other: string): { readonly update: (chunk: Uint8Array) => void; readonly finish: () => string } {
  const algorithm = algorithmOf(other);
  const running = createHash(algorithm);
  return { update: (chunk) => void running.update(chunk), finish: () => `${algorithm}:${running.digest("hex")}` };
}

/** The hex of a SHA-256 digest, our own form; undefined for another algorithm. */
export function sha256Of(digest: string): string | undefined {
  return digest.startsWith("sha256:") ? digest.slice("sha256:".length) : undefined;
}
