import { z } from "zod";
import type { KnownTrust } from "#shared/domain/trust/reading/explanation.ts";
import { readJson } from "#shared/domain/trust/reading/read-json.ts";
import { readRoot, readTargets, type RootDocument, type TargetsDocument } from "#shared/domain/trust/reading/tuf-documents.ts";
import { canonicalJson } from "#shared/lib/canonical-json.ts";
import { decodeText } from "./decode-text.ts";

const signedFile = z.object({ signed: z.json() });

/** Files of the repository as `trust.export` gives them. */
export type ExportedFiles = readonly { readonly name: string; readonly bytes: string }[];

/**
 * The documents in force, as this control plane shows them: what a request is held against, so that only its changes are
 * told. They are its own word; a signer's tool checks their signatures.
 */
export function documentsInForce(files: ExportedFiles, labels: ReadonlyMap<string, string>): KnownTrust {
  let root: RootDocument | undefined;
  const roles = new Map<string, TargetsDocument>();
  for (const { name, bytes } of files) {
    const [, role] = /^\d+\.(.+)\.json$/.exec(name) ?? [];
    if (role === undefined || role === "snapshot" || role === "timestamp") continue;
    const text = canonicalJson(readJson(signedFile, decodeText(bytes))?.signed ?? null);
    if (role === "root") root = newest(root, readRoot(name, text).document);
    else roles.set(role, newest(roles.get(role), readTargets(name, text).document));
  }
  return { root, roles, files: new Map(), labels };
}

function newest<D extends { readonly version: number }>(known: D | undefined, next: D): D {
  return known === undefined || next.version > known.version ? next : known;
}
