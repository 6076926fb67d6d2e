import { z } from "zod";
import { AppError } from "../../../errors/app-error.ts";
import { canonicalJson } from "../../../lib/canonical-json.ts";
import { sha256Hex } from "../../../lib/scalars.ts";
import { trustKeyId } from "../trust-key.ts";

const version = z
  .int()
  .min(1)
  .max(2 ** 31);
const expires = z.iso.datetime({ precision: 0 });
const keyIds = z.array(trustKeyId).min(1).max(64);
const threshold = z.int().min(1).max(64);

/** An Ed25519 key as TUF writes it (specification, section 4.2). */
const keyDocument = z.object({
  keytype: z.literal("ed25519"),
  scheme: z.literal("ed25519"),
  keyval: z.object({ public: z.string().regex(/^[0-9a-f]{64}$/) }),
});
export type KeyDocument = z.infer<typeof keyDocument>;

const keys = z.record(trustKeyId, keyDocument);
const roleRule = z.object({ keyids: keyIds, threshold });
/** Any `threshold` of these keys sign a role. */
export type RoleRule = z.infer<typeof roleRule>;

/** The signed part of a root (specification, section 4.3). */
const rootDocument = z.object({
  _type: z.literal("root"),
  spec_version: z.string().max(16),
  version,
  expires,
  consistent_snapshot: z.literal(true),
  keys,
  roles: z.object({ root: roleRule, targets: roleRule, snapshot: roleRule, timestamp: roleRule }),
});
export type RootDocument = z.infer<typeof rootDocument>;

const targetFile = z.object({ length: z.int().min(0), hashes: z.object({ sha256: sha256Hex, sha512: z.string().max(128).optional() }) });
/** How a targets document names a file. */
export type TargetFileEntry = z.infer<typeof targetFile>;

const delegatedRole = roleRule.extend({
  name: z.string().min(1).max(140),
  terminating: z.boolean(),
  paths: z.array(z.string().max(300)).max(64),
});
/** Who signs the files of these paths in the place of the role that delegates. */
export type DelegatedRole = z.infer<typeof delegatedRole>;

/** The signed part of targets, top-level or an application's own (specification, section 4.5). */
const targetsDocument = z.object({
  _type: z.literal("targets"),
  spec_version: z.string().max(16),
  version,
  expires,
  targets: z.record(z.string().max(300), targetFile),
  delegations: z.object({ keys, roles: z.array(delegatedRole).max(1000) }).optional(),
});
export type TargetsDocument = z.infer<typeof targetsDocument>;

/**
 * A document that was read. `hasMore` says that it holds fields of which nothing is known here: what they do to others'
 * readers cannot be explained.
 */
export type ReadTuf<D> = { readonly document: D; readonly hasMore: boolean };

/** Reads the signed part of a root. @throws AppError TRUST_REQUEST_REFUSED as {@link readTargets}. */
export function readRoot(name: string, text: string): ReadTuf<RootDocument> {
  return read(rootDocument, name, text);
}

/**
 * Reads the signed part of a targets document.
 *
 * @throws AppError TRUST_REQUEST_REFUSED when it is none, or is not written canonically. Bytes that two parsers may read
 * differently (a key that stands twice) are never signed, whatever they seem to say.
 */
export function readTargets(name: string, text: string): ReadTuf<TargetsDocument> {
  return read(targetsDocument, name, text);
}

const json = z.json();

function read<D extends z.ZodType>(schema: D, name: string, text: string): ReadTuf<z.infer<D>> {
  const value = json.safeParse(parsed(text));
  if (!value.success || canonicalJson(value.data) !== text) throw refused(name, "is not written as such documents are");
  const found = schema.safeParse(value.data);
  if (!found.success) throw refused(name, "is not what its name says", found.error);
  const again = json.parse(found.data);
  return { document: found.data, hasMore: canonicalJson(again) !== text };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refused(name: string, why: string, cause?: unknown): AppError {
  return new AppError("TRUST_REQUEST_REFUSED", `The document ${name} ${why}; nothing was signed.`, cause === undefined ? {} : { cause });
}
