import { z } from "zod";
import { sha256Hex } from "../../../lib/scalars.ts";
import { shownText } from "../../../lib/shown-text.ts";
import type { ReleaseManifest } from "../../release/manifest.ts";
import { ociRelease } from "../../release/oci-release.ts";
import { preAuthenticationEncoding, releaseStatement, STATEMENT_TYPE } from "../../release/release-statement.ts";
import { note, warning, type ExplanationLine, type Sha256 } from "./explanation.ts";
import { readJson } from "./read-json.ts";

const statement = z.object({
  subject: z.array(z.object({ name: z.string().max(400), digest: z.object({ sha256: sha256Hex }) })).max(100),
  predicate: z.object({ applicationName: z.string().max(200) }),
});

/** The release that a statement must be about, from the very manifest that is signed; undefined where none is published. */
export type SignedRelease = { readonly manifest: ReleaseManifest; readonly sha256: string; readonly sizeBytes: number };

/**
 * The in-toto statement that others' tools check (the document `sigstore`). Hosts never look at it, but other people's
 * tools run what it vouches for. So it is written again here, OCI index and all, and must be the same to the byte.
 */
export function explainStatement(text: string, release: SignedRelease | undefined, sha256: Sha256): readonly ExplanationLine[] {
  const payload = readJson(statement, text.slice(text.indexOf("{")));
  if (payload === undefined)
    return [warning("The statement for others' tools (sigstore) cannot be read; what it would vouch for is not known.")];
  if (release === undefined)
    return [warning(`Signs a statement for others' tools (sigstore) about ${subjects(payload)}, which cannot be held against a release.`)];
  const { applicationName } = payload.predicate;
  const { manifest, ...file } = release;
  const index = ociRelease(manifest, file, applicationName, sha256).index.sha256;
  const expected = releaseStatement({ manifest, manifestSha256: file.sha256, indexSha256: index, applicationName });
  if (preAuthenticationEncoding(STATEMENT_TYPE, expected) !== text)
    return [warning(`The statement for others' tools (sigstore) vouches for something else than this release: ${subjects(payload)}.`)];
  return [note(`Others' tools find it as ${shownText(applicationName, 80)}, OCI index sha256 ${index}.`)];
}

function subjects({ subject }: z.infer<typeof statement>): string {
  return subject.map(({ name, digest }) => `${shownText(name, 100)} (sha256 ${digest.sha256})`).join(", ");
}
