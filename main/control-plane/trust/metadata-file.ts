import { hash } from "node:crypto";
import { MetaFile, Metadata, MetadataKind, Signature, type Root, type Snapshot, type Targets, type Timestamp } from "@tufjs/models";
import { canonicalize } from "@tufjs/canonical-json";
import { z } from "zod";
import { AppError } from "#shared/errors/app-error.ts";
import type { Signer } from "../ports/signer.ts";
import { tufKey } from "./tuf-key.ts";

/** The signed part of any metadata. */
export type SignedPart = Root | Targets | Snapshot | Timestamp;

/** One metadata file: its plain name in the repository, its bytes, and what they say. */
export type MetadataFile<S extends SignedPart = SignedPart> = { readonly name: string; readonly bytes: Uint8Array; readonly signed: S };

/** Signs a document with a role's key and gives the file that carries it. `timestamp.json` alone has no version in its name. */
export async function signFile<S extends SignedPart>(signer: Signer, role: string, signed: S): Promise<MetadataFile<S>> {
  const { keyID } = tufKey(await signer.publicKey(role));
  const sig = Buffer.from(await signer.sign(role, Buffer.from(canonicalize(signed.toJSON())))).toString("hex");
  const metadata = new Metadata(signed, { [keyID]: new Signature({ keyID, sig }) });
  return { name: metadataFileName(role, signed.version), bytes: Buffer.from(canonicalize(metadata.toJSON())), signed };
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

/** Parsers of each kind of metadata, for {@link readSigned}. */
export const parseMetadata = {
  root: (document: JsonDocument) => Metadata.fromJSON(MetadataKind.Root, document),
  targets: (document: JsonDocument) => Metadata.fromJSON(MetadataKind.Targets, document),
  snapshot: (document: JsonDocument) => Metadata.fromJSON(MetadataKind.Snapshot, document),
  timestamp: (document: JsonDocument) => Metadata.fromJSON(MetadataKind.Timestamp, document),
} as const;
