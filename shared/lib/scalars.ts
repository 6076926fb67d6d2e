import { z } from "zod";
import { isSemver } from "./semver.ts";

/** Milliseconds since 1970-01-01 UTC. The only form of a point in time on any wire. */
export const epochMs = z.int().min(0).max(8.64e15);

/** A length of time in milliseconds, at most 366 days. */
export const durationMs = z
  .int()
  .min(0)
  .max(366 * 86_400_000);

/** How long a signature is meant to hold, in milliseconds: years, where other spans are hours; at most ten of them. */
export const validityMs = z
  .int()
  .min(0)
  .max(10 * 366 * 86_400_000);

/** Bytes of one file, at most 64 GiB. */
export const sizeBytes = z
  .int()
  .min(0)
  .max(64 * 2 ** 30);

/** Hex digests in lower case. */
export const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/);
export const sha1Hex = z.string().regex(/^[0-9a-f]{40}$/);
export const sha512Hex = z.string().regex(/^[0-9a-f]{128}$/);

/** A strict semantic version. A wrong one answers with an error code of its own, which its schema names. */
export const semver = z
  .string()
  .max(128)
  .refine(isSemver, { error: "not a semantic version such as 1.4.2", params: { errorCode: "INPUT_VERSION_INVALID" } });

/** A name that people read and type: no control characters, no leading or trailing space. */
export const displayName = z
  .string()
  .min(1)
  .max(80)
  .regex(/^[^\p{Cc}\s](?:[^\p{Cc}]*[^\p{Cc}\s])?$/u, "a name without control characters or outer spaces");

/** A short name used in URLs, tags and commands: `stable`, `canary-eu`. */
export const slug = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, "lower-case letters, digits and dashes");

/** A plain file name: no folders, no dot names, no control characters. */
export const fileName = z
  .string()
  .min(1)
  .max(200)
  .refine((name) => !/[/\\\p{Cc}]/u.test(name) && name !== "." && name !== "..", {
    error: "a plain file name without folders",
    params: { errorCode: "INPUT_PATH_REFUSED" },
  });

/** Why somebody did something, in their words. Optional text is the empty string. */
export const reasonText = z.string().max(500);

/** Revision of a row, for optimistic concurrency: a write names the revision that it saw. */
export const revision = z.int().min(0);

/** A bounded page of a list: cursors are opaque. */
export const pageInput = z.object({ cursor: z.string().max(200).optional(), limit: z.int().min(1).max(500).default(100) });
