import { hash } from "node:crypto";
import { MetaFile, Metadata, MetadataKind, TargetFile, type Root, type Snapshot, type Targets, type Timestamp } from "@tufjs/models";
import { canonicalize } from "@tufjs/canonical-json";
import { z } from "zod";
import { AppError } from "#shared/errors/app-error.ts";
import type { Signer } from "../ports/signer.ts";
import { TargetsDocument } from "#main/node/targets-document.ts";
import { tufKey } from "./tuf-key.ts";

/** The signed part of any metadata. */
export type SignedPart = Root | Targets | Snapshot | Timestamp;

/** One metadata file: its plain name in the repository, its bytes, and what they say. */
export type MetadataFile<S extends SignedPart = SignedPart> = { readonly name: string; readonly bytes: Uint8Array; readonly signed: S };

/** Raw signatures (64 bytes) by key id. */
export type Signatures = ReadonlyMap<string, Uint8Array>;

/** The bytes that are signed of a document. */
export function bytesToSign(signed: SignedPart): Uint8Array {
  return Buffer.from(canonicalize(signed.toJSON()));
}

/**
 * A document with its signatures. The signed bytes go into the file as they are, so that what people have signed and
 * what clients check cannot differ by a byte. `timestamp.json` alone has no version in its name.
 */
export function signedFile<S extends SignedPart>(role: string, signed: S, bytes: Uint8Array, signatures: Signatures): MetadataFile<S> {
  const entries = [...signatures]
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([keyid, signature]) => ({ keyid, sig: Buffer.from(signature).toString("hex") }));
  const head = Buffer.from(`{"signatures":${canonicalize(entries)},"signed":`);
  return { name: metadataFileName(role, signed.version), bytes: Buffer.concat([head, bytes, Buffer.from("}")]), signed };
}

/** Signs a document with the role's own key, which this control plane holds. */
export async function signFile<S extends SignedPart>(signer: Signer, role: string, signed: S): Promise<MetadataFile<S>> {
  const bytes = bytesToSign(signed);
  const { keyID } = tufKey(await signer.publicKey(role));
  return signedFile(role, signed, bytes, new Map([[keyID, await signer.sign(role, bytes)]]));
}

/** Name of a role's file under consistent snapshots (TUF specification, section 6.2). */
export function metadataFileName(role: string, version: number): string {
  return role === "timestamp" ? "timestamp.json" : `${version}.${role}.json`;
}

/** What a later role says about a file, so that a client fetches exactly these bytes. */
export function describeFile(file: MetadataFile): MetaFile {
  return new MetaFile({
    version: file.signed.version,
    length: file.bytes.length,
    hashes: { sha256: hash("sha256", file.bytes) },
  });
}

/** Who vouches for a role: root for the top-level ones, targets for each application. */
export type Delegator = Root | Targets;

/**
 * Reads a metadata file of ours and checks that the role that delegates to it signed these very bytes.
 *
 * @throws AppError ENV_DATA_CORRUPT when they are damaged or were changed behind our back.
 */
export function readSigned<S extends SignedPart>(
  parse: (document: JsonDocument) => Metadata<S>,
  file: { readonly name: string; readonly bytes: Uint8Array },
  role: string,
  delegator: (own: S) => Delegator,
): MetadataFile<S> {
  try {
    const metadata = parse(jsonDocument.parse(JSON.parse(Buffer.from(file.bytes).toString("utf8"))));
    new Metadata(delegator(metadata.signed)).verifyDelegate(role, metadata);
    return { ...file, signed: metadata.signed };
  } catch (cause) {
    throw damaged(file.name, cause);
  }
}

/** The failure of a trust folder that does not hold what it should. */
export function damaged(name: string, cause?: unknown): AppError {
  return new AppError(
    "ENV_DATA_CORRUPT",
    `The trust metadata ${name} is missing or damaged. It was left as it is and nothing was signed.`,
    { cause },
  );
}

const jsonDocument = z.record(z.string(), z.json());
type JsonDocument = z.infer<typeof jsonDocument>;

/** Files of a targets role (TUF specification, section 4.5). We write no `custom` members, so unknown ones are dropped from no file of ours. */
const targetFiles = z.record(z.string().max(300), z.strictObject({ length: z.int().min(0), hashes: z.record(z.string(), z.string()) }));

function parseTargets({ signed, ...rest }: JsonDocument): Metadata<Targets> {
  const { targets, ...others } = jsonDocument.parse(signed);
  const plain = Metadata.fromJSON(MetadataKind.Targets, { ...rest, signed: { ...others, targets: {} } });
  const files = Object.entries(targetFiles.parse(targets)).map(([path, file]) => [path, new TargetFile({ path, ...file })] as const);
  return new Metadata(TargetsDocument.of(plain.signed, Object.fromEntries(files)), plain.signatures, plain.unrecognizedFields);
}

/** Parsers of each kind of metadata, for {@link readSigned}. */
export const parseMetadata = {
  root: (document: JsonDocument) => Metadata.fromJSON(MetadataKind.Root, document),
  targets: parseTargets,
  snapshot: (document: JsonDocument) => Metadata.fromJSON(MetadataKind.Snapshot, document),
  timestamp: (document: JsonDocument) => Metadata.fromJSON(MetadataKind.Timestamp, document),
} as const;

/** Reads the bytes of a draft of ours again: what they say about root, or about targets. */
export const parseDraft = {
  root: (bytes: Uint8Array): Root => parseMetadata.root(unsigned(bytes)).signed,
  targets: (bytes: Uint8Array): Targets => parseMetadata.targets(unsigned(bytes)).signed,
} as const;

function unsigned(bytes: Uint8Array): JsonDocument {
  return { signatures: [], signed: z.json().parse(JSON.parse(Buffer.from(bytes).toString("utf8"))) };
}
