import { readMemory, writeMemory } from "#main/client/trust/signer-memory.ts";
import type { ReadRequest } from "#main/client/trust/read-signing-request.ts";
import { reviewRequest, type ReviewedRequest } from "#main/client/trust/review-request.ts";
import { signRequest } from "#main/client/trust/sign-request.ts";
import type { ExportedFile } from "#main/client/trust/verify-export.ts";
import { errnoOf } from "#main/node/disk-error.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type { SignaturesFile } from "#shared/domain/trust/signing-request.ts";
import { flag } from "./arguments.ts";
import type { Arguments, CommandContext } from "./command.ts";
import { namedKeys, openKeys, type NamedKey } from "./key-arguments.ts";

/** Options of every command that signs a request. */
export const REVIEW_OPTIONS = { yes: { type: "boolean", short: "y" }, "accept-unexplained": { type: "boolean" } } as const;

/** A request that was read, the keys that may sign it, and what it was found to do. */
export type Review = { readonly read: ReadRequest; readonly keys: readonly NamedKey[]; readonly reviewed: ReviewedRequest };

/** Explains a request to the holders of `--key`, by what each of them has signed before. */
export async function review(given: Arguments, read: ReadRequest, against: readonly ExportedFile[] | undefined): Promise<Review> {
  const keys = await namedKeys(given);
  const memories = await Promise.all(keys.map((key) => readMemory(key.path)));
  return { read, keys, reviewed: await reviewRequest(read, { memories, against, now: Date.now() }) };
}

/** A document with thousands of surprises must not scroll away what was said first. */
const MAX_LINES = 300;

/** What a review says, line by line: the purpose, what changes, the digest of every document, and warnings last, where they are seen. */
export function reviewLines({ read, reviewed }: Review): readonly string[] {
  const of = (isWarning: boolean): readonly string[] =>
    reviewed.lines.filter((line) => (line.tone === "warning") === isWarning).map((line) => line.text);
  return [
    reviewed.headline,
    ...bounded(of(false)).map((text) => `  ${text}`),
    ...read.documents.map(({ name, sha256 }) => `  sha256 ${sha256}  ${name}`),
    `Fingerprint ${grouped(read.fingerprint)}`,
    ...bounded(of(true)).map((text) => `! WARNING: ${text}`),
  ];
}

function bounded(texts: readonly string[]): readonly string[] {
  return texts.length <= MAX_LINES ? texts : [...texts.slice(0, MAX_LINES), `and ${texts.length - MAX_LINES} more like these`];
}

/** The same as data, for `--json`. */
export function reviewData({ read, reviewed }: Review) {
  const documents = read.documents.map(({ name, sha256 }) => ({ name, sha256 }));
  return { headline: reviewed.headline, lines: reviewed.lines, documents, fingerprint: read.fingerprint };
}

/**
 * Signs what was reviewed, once nothing is unexplained or the person says so, and remembers it beside each key.
 *
 * @param isAsked whether the person asked for this very change in this command, so that nothing is left to confirm.
 * @throws AppError TRUST_UNEXPLAINED, CANCELLED for a no, INPUT_INVALID where nobody can be asked, TRUST_KEY_LOCKED,
 * TRUST_SIGNATURE_REFUSED for a key that is not asked for.
 */
export async function signReviewed(context: CommandContext, given: Arguments, seen: Review, isAsked: boolean): Promise<SignaturesFile> {
  const { read, keys, reviewed } = seen;
  const warnings = reviewed.lines.filter((line) => line.tone === "warning");
  const [first] = warnings;
  if (first !== undefined && !flag(given, "accept-unexplained"))
    throw new AppError(
      "TRUST_UNEXPLAINED",
      `${warnings.length} thing(s) in this request are not explained by what it is for, the first: ${first.text} Nothing was signed.`,
    );
  if (!isAsked && !flag(given, "yes")) await confirm(context);
  const signatures = signRequest(read, await openKeys(context, given, keys));
  for (const key of keys) await remember(context, key, reviewed);
  return signatures;
}

async function confirm({ terminal, output }: CommandContext): Promise<void> {
  if (!terminal.isThere || output.json)
    throw new AppError(
      "INPUT_INVALID",
      "Nobody can be asked here whether to sign; give --yes when you have read what it does. Nothing was signed.",
    );
  const answer = await terminal.ask("Sign this? [y/N] ");
  if (!/^y(?:es)?$/i.test(answer.trim())) throw new AppError("CANCELLED", "Not signed.");
}

/** A key on a medium that cannot be written still signs; only the next comparison will know less. */
async function remember({ output }: CommandContext, { path }: NamedKey, { toRemember }: ReviewedRequest): Promise<void> {
  try {
    await writeMemory(path, await readMemory(path), toRemember);
  } catch (thrown) {
    if (!["EROFS", "EACCES", "EPERM"].includes(errnoOf(thrown) ?? "")) throw thrown;
    output.note(`What was signed could not be remembered beside ${path}; the next request will be compared with less.`);
  }
}

function grouped(digest: string): string {
  return digest.match(/.{1,8}/g)?.join(" ") ?? digest;
}
