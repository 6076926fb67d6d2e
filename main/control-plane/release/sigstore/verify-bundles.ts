import type { BundleWithDsseEnvelope } from "@sigstore/bundle";
import { z } from "zod";
import { sha256Hex } from "#shared/lib/scalars.ts";
import { STATEMENT_TYPE } from "#shared/domain/release/release-statement.ts";
import { readPublicKey, type VerificationKey } from "./read-public-key.ts";

/** What the Sigstore bundles of somebody's release say about it. */
export type BundleVerdict =
  /** There are none. */
  | { readonly kind: "none" }
  /** One of the given keys signed a statement about exactly this subject. */
  | { readonly kind: "verified"; readonly keyId: string }
  /** Signed, but by none of the given keys, or in a way that needs more than keys (a certificate, bare bytes). */
  | { readonly kind: "unknown-key" }
  /** A bundle that says that a given key signed it and is not what that key signed, or that speaks of something else. */
  | { readonly kind: "invalid"; readonly message: string };

const MAX_BUNDLES = 64;
const MAX_BUNDLE_BYTES = 1024 * 1024;

/** The part of an in-toto statement (specification v1) that binds it to what is verified. */
const statement = z.object({
  _type: z.literal("https://in-toto.io/Statement/v1"),
  subject: z.array(z.object({ digest: z.record(z.string().max(40), z.string().max(200)) })).max(10_000),
});

/**
 * Verifies key-based Sigstore bundles with the library of the Sigstore project. One that verifies counts, whatever lies
 * beside it: anyone may attach a bundle. Entries of transparency logs and time stamps are left aside, since a key that was
 * given by hand needs neither, and we hold no keys of logs.
 *
 * @param subjectSha256 the digest that a statement must name, hex.
 * @param publicKeys as {@link readPublicKey} takes them; at most 16.
 * @throws AppError INPUT_INVALID for a key that is none.
 */
export async function verifyBundles(
  bundles: readonly Uint8Array[],
  subjectSha256: string,
  publicKeys: readonly string[],
): Promise<BundleVerdict> {
  const subject = sha256Hex.parse(subjectSha256);
  const keys = publicKeys.map(readPublicKey);
  const verdicts: BundleVerdict[] = [];
  for (const bytes of bundles.slice(0, MAX_BUNDLES)) verdicts.push(await verifyOne(bytes, subject, keys));
  const first = (kind: BundleVerdict["kind"]) => verdicts.find((verdict) => verdict.kind === kind);
  return first("verified") ?? first("invalid") ?? first("unknown-key") ?? { kind: "none" };
}

async function verifyOne(bytes: Uint8Array, subject: string, keys: readonly VerificationKey[]): Promise<BundleVerdict> {
  const parsed = await parseBundle(bytes);
  if (parsed === undefined) return { kind: "invalid", message: "A signature is attached that is no Sigstore bundle." };
  if (parsed === "other-kind") return { kind: "unknown-key" };
  const signer = await findSigner(parsed, keys);
  if (signer === undefined) {
    const { hint } = parsed.verificationMaterial.content.publicKey;
    if (!keys.some((key) => key.hints.has(hint))) return { kind: "unknown-key" };
    return { kind: "invalid", message: "A signature that names a known key is not that key's; the release or the signature was changed." };
  }
  if (subjectsOf(parsed).includes(subject)) return { kind: "verified", keyId: signer.keyId };
  return { kind: "invalid", message: "The signature of a known key is valid, but it was made for something else than this release." };
}

type KeyBundle = BundleWithDsseEnvelope & {
  readonly verificationMaterial: { readonly content: { readonly $case: "publicKey"; readonly publicKey: { readonly hint: string } } };
};

async function parseBundle(bytes: Uint8Array): Promise<KeyBundle | "other-kind" | undefined> {
  if (bytes.length > MAX_BUNDLE_BYTES) return undefined;
  const { bundleFromJSON, isBundleWithDsseEnvelope, isBundleWithPublicKey } = await import("@sigstore/bundle");
  try {
    const bundle = bundleFromJSON(JSON.parse(Buffer.from(bytes).toString("utf8")));
    return isBundleWithDsseEnvelope(bundle) && isBundleWithPublicKey(bundle) ? bundle : "other-kind";
  } catch {
    return undefined;
  }
}

async function findSigner(bundle: KeyBundle, keys: readonly VerificationKey[]): Promise<VerificationKey | undefined> {
  // Loaded when it is needed: most control planes never adopt a release of somebody else's.
  const { toSignedEntity, Verifier } = await import("@sigstore/verify");
  const entity = { ...toSignedEntity(bundle), tlogEntries: [], timestamps: [] };
  return keys.find(({ key }) => {
    const authorities = { certificateAuthorities: [], timestampAuthorities: [], tlogs: [], ctlogs: [] };
    const material = { ...authorities, publicKey: () => ({ publicKey: key, validFor: () => true }) };
    try {
      new Verifier(material, { ctlogThreshold: 0, tlogThreshold: 0, timestampThreshold: 0 }).verify(entity);
      return true;
    } catch {
      return false;
    }
  });
}

/** SHA-256 digests that a verified statement names; none when the payload is no such statement. */
function subjectsOf({ content: { dsseEnvelope } }: KeyBundle): readonly string[] {
  if (dsseEnvelope.payloadType !== STATEMENT_TYPE) return [];
  try {
    const { subject } = statement.parse(JSON.parse(dsseEnvelope.payload.toString("utf8")));
    return subject.flatMap(({ digest }) => (Object.hasOwn(digest, "sha256") && digest["sha256"] !== undefined ? [digest["sha256"]] : []));
  } catch {
    return [];
  }
}
