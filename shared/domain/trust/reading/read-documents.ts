import { AppError } from "../../../errors/app-error.ts";
import { shownText } from "../../../lib/shown-text.ts";
import { readRoot, readTargets, type ReadTuf, type RootDocument, type TargetsDocument } from "./tuf-documents.ts";

/** The document that others' tools check; every other one is a file of the repository. */
export const STATEMENT_NAME = "sigstore";

/** The documents of a request, read. */
export type ReadDocuments = {
  readonly root: ReadTuf<RootDocument> | undefined;
  /** By role: `targets`, or a product id. */
  readonly roles: ReadonlyMap<string, ReadTuf<TargetsDocument>>;
  readonly statement: string | undefined;
};

/** What every DSSE pre-authentication encoding begins with (DSSE protocol v1). */
const STATEMENT_PREFIX = "DSSEv1 ";

const FILE_NAME = /^(\d{1,9})\.([a-z][a-z0-9.-]{0,139})\.json$/;
/** The control plane signs these by itself; whoever asks people for them wants to freeze hosts. */
const ONLINE_ROLES: ReadonlySet<string> = new Set(["snapshot", "timestamp"]);

/**
 * Reads every document by its name (`2.root.json`, `5.targets.json`, `3.org.example.web.json`, `sigstore`).
 *
 * @throws AppError TRUST_REQUEST_REFUSED for one that is not what its name says, or that people never sign.
 */
export function readDocuments(documents: ReadonlyMap<string, string>): ReadDocuments {
  let root: ReadTuf<RootDocument> | undefined;
  const roles = new Map<string, ReadTuf<TargetsDocument>>();
  for (const [name, text] of documents) {
    // The prefix keeps a document for hosts from being signed under the name of one that hosts never read.
    if (name === STATEMENT_NAME && text.startsWith(STATEMENT_PREFIX)) continue;
    const [, version = "", role = ""] = FILE_NAME.exec(name) ?? [];
    if (role === "" || ONLINE_ROLES.has(role) || (role === "root" ? root !== undefined : roles.has(role))) throw refused(name);
    if (role === "root") root = ofVersion(readRoot(name, text), version, name);
    else roles.set(role, ofVersion(readTargets(name, text), version, name));
  }
  return { root, roles, statement: documents.get(STATEMENT_NAME) };
}

function ofVersion<R extends ReadTuf<{ readonly version: number }>>(read: R, version: string, name: string): R {
  if (String(read.document.version) !== version) throw refused(name);
  return read;
}

function refused(name: string): AppError {
  const shown = shownText(name, 100);
  return new AppError(
    "TRUST_REQUEST_REFUSED",
    `The request holds a document named ${shown}, which is not what it says; nothing was signed.`,
  );
}
