import { z } from "zod";
import { productId } from "#shared/domain/release/release.ts";
import { applicationId } from "#shared/lib/ids.ts";
import { sha256Hex } from "#shared/lib/scalars.ts";

/**
 * What we write, unseen by readers, at the end of a release's text, so that a draft is known as ours after any kill:
 * a draft has no tag yet, and its list is all that GitHub offers to find it by.
 */
const releaseMark = z.object({
  product: productId,
  application: applicationId,
  /** SHA-256 of the release manifest: two drafts with the same one are the same release. */
  manifest: sha256Hex,
  /** Taken out of sight on purpose, and never to be published again by a repeated step. */
  withdrawn: z.literal(true).optional(),
});
export type ReleaseMark = z.infer<typeof releaseMark>;

const MARK = /<!-- rollcall-release (\{[^\n]{1,1000}\}) -->/g;
/** GitHub takes 125,000 characters; the mark and a note about a withdrawal need a few. */
const MAX_NOTES = 120_000;

/** The text of a release: notes for people, and the mark for us. */
export function writeReleaseText(notes: string, mark: ReleaseMark): string {
  const text = `<!-- rollcall-release ${JSON.stringify(mark)} -->`;
  const readable = notes.slice(0, MAX_NOTES).trimEnd();
  return readable === "" ? text : `${readable}\n\n${text}`;
}

/** The mark in a release's text. Undefined for releases of others; the last one counts, since notes may quote another. */
export function readReleaseMark(text: string | null): ReleaseMark | undefined {
  const last = [...(text ?? "").matchAll(MARK)].at(-1)?.[1];
  if (last === undefined) return undefined;
  try {
    return releaseMark.safeParse(JSON.parse(last)).data;
  } catch {
    return undefined;
  }
}

/** What people wrote, without our mark. */
export function readReleaseNotes(text: string | null): string {
  return (text ?? "").replaceAll(MARK, "").trim();
}
