/** Roles of a TUF repository as far as limits go: a delegated role counts as `targets`. */
export type LimitedRole = "root" | "timestamp" | "snapshot" | "targets";

const MAX_METADATA_BYTES: Readonly<Record<LimitedRole, number>> = {
  root: 512_000,
  timestamp: 16_384,
  snapshot: 2_000_000,
  targets: 5_000_000,
};

/**
 * The most bytes that are read of a file: whoever answers without end is cut off there (TUF specification, section 1.5.2:
 * "endless data"). A file is read somewhat beyond its signed length, since one that is longer may be the genuine one of
 * another moment, which is told apart from a forged one.
 */
export function maxMetadataBytes(role: LimitedRole, promisedBytes: number | undefined): number {
  return Math.min(MAX_METADATA_BYTES[role], promisedBytes === undefined ? Infinity : 2 * promisedBytes + 65_536);
}

/** The most bytes of a release manifest, of a policy and of a fleet's list. */
export const MAX_TARGET_BYTES = 512_000;

/** Roots that one refresh walks; the next refresh goes on from there. */
export const MAX_ROOT_STEPS = 256;
