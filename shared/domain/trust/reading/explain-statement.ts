import { z } from "zod";
import { sha256Hex } from "../../../lib/scalars.ts";
import { shownText } from "../../../lib/shown-text.ts";
import type { ReleaseManifest } from "../../release/manifest.ts";
import type { TrustIntent } from "../signing-request.ts";
import { note, warning, type ExplanationLine } from "./explanation.ts";
import { readJson } from "./read-json.ts";

const PAYLOAD_TYPE = "application/vnd.in-toto+json";

const statement = z.object({
  _type: z.literal("https://in-toto.io/Statement/v1"),
  subject: z
    .array(z.object({ name: z.string().max(400), digest: z.object({ sha256: sha256Hex }) }))
    .min(1)
    .max(100),
  predicateType: z.string().max(200),
  predicate: z.object({ productId: z.string(), version: z.string(), releaseId: z.string() }),
});

/** What a statement is held against: the release that is published, and its manifest if it could be read. */
export type StatementContext = { readonly intent: TrustIntent; readonly manifest: ReleaseManifest | undefined };

/**
 * The in-toto statement that others' tools check (the document `sigstore`). Hosts never look at it; every file that it
 * names must nevertheless be one of the release, since other people's tools would run what it vouches for.
 */
export function explainStatement(text: string, { intent, manifest }: StatementContext): readonly ExplanationLine[] {
  const payload = readJson(statement, payloadOf(text));
  if (payload === undefined)
    return [warning("The statement for others' tools (sigstore) cannot be read; what it would vouch for is not known.")];
  const { predicate, subject } = payload;
  if (intent.kind !== "publish") return [warning("Signs a statement for others' tools (sigstore), which only a new release needs.")];
  const isAsked =
    predicate.productId === intent.productId && predicate.version === intent.version && predicate.releaseId === intent.releaseId;
  const own = new Set([intent.manifestSha256, ...(manifest?.artifacts ?? []).map((one) => one.digests.sha256)]);
  const index = `${intent.productId}:${intent.version}`;
  const others = subject.filter(({ name, digest }) => name !== index && !own.has(digest.sha256));
  const indexes = subject.filter(({ name, digest }) => name === index && !own.has(digest.sha256));
  return [
    ...(isAsked
      ? []
      : [warning(`The statement for others' tools speaks of ${shownText(predicate.productId)} ${shownText(predicate.version)}.`)]),
    ...others.map(({ name, digest }) =>
      warning(`The statement vouches for ${shownText(name)} (sha256 ${digest.sha256}), which is no file of the release.`),
    ),
    ...indexes
      .slice(0, 1)
      .map(({ digest }) =>
        note(`Others' tools will find it as the OCI index sha256 ${digest.sha256}, which cannot be checked here. Hosts do not rely on it.`),
      ),
    ...indexes.slice(1).map(({ digest }) => warning(`The statement vouches for a second index, sha256 ${digest.sha256}.`)),
  ];
}

/** The payload in a DSSE pre-authentication encoding (DSSE protocol v1); undefined when it is none of an in-toto statement. */
function payloadOf(text: string): string | undefined {
  const head = `DSSEv1 ${PAYLOAD_TYPE.length} ${PAYLOAD_TYPE} `;
  if (!text.startsWith(head)) return undefined;
  const found = /^(\d{1,9}) /.exec(text.slice(head.length, head.length + 12));
  if (found === null) return undefined;
  const payload = text.slice(head.length + found[0].length);
  return new TextEncoder().encode(payload).length === Number(found[1]) ? payload : undefined;
}
