import type { PublicationContent } from "../../control-plane/ports/release-store.ts";
import type { GithubClient } from "./github-client.ts";
import { readReleaseMark } from "./release-note.ts";

/**
 * Deletes the drafts of a publication that was given up, with all that was sent into them. Ours alone, by the mark;
 * never a published release, and never one that was withdrawn, from which hosts may still be served.
 */
export async function abandonDraft(client: GithubClient, tag: string, content: PublicationContent, signal: AbortSignal): Promise<void> {
  for (const release of await client.releases(signal)) {
    const mark = readReleaseMark(release.body ?? null);
    const isOurs = mark?.manifest === content.manifestSha256 && mark.product === content.productId && mark.withdrawn !== true;
    if (release.draft && release.tag_name === tag && isOurs) await client.deleteRelease(release.id, signal);
  }
}
