import { z } from "zod";
import { AppError } from "#shared/errors/app-error.ts";
import { nextPageLink } from "../../next-page-link.ts";
import { readBounded } from "../http/read-bounded.ts";
import { parseDocument } from "./parse-document.ts";
import { isTag } from "./reference.ts";
import type { RegistryClient } from "./registry-client.ts";

const PAGE_SIZE = 1000;

const tagPage = z.object({ tags: z.array(z.string()).nullish() });

/**
 * All tags of a repository in the registry's order, page by page (`Link`, distribution-spec "Listing Tags"). A repository
 * that is not there has none.
 *
 * @throws AppError STORE_PROTOCOL when there are more than `limits.tags` or pages go in a circle.
 */
export async function listTags(client: RegistryClient, repository: string, signal: AbortSignal): Promise<readonly string[]> {
  const what = `the tags of ${repository}`;
  const tags = new Set<string>();
  let to: string | URL | undefined = `/v2/${repository}/tags/list?n=${PAGE_SIZE}`;
  for (let page = 0; to !== undefined; page += 1) {
    const scope = { repository, actions: "pull" } as const;
    const answer = await client.send({ method: "GET", to, scope, expect: [200, 404], what, signal });
    const bytes = await readBounded(answer, client.limits.documentBytes);
    if (answer.status === 404) return [...tags];
    const before = tags.size;
    for (const tag of parseDocument(tagPage, bytes, what).tags ?? []) if (isTag(tag)) tags.add(tag);
    const next = nextPageLink(answer.headers["link"]);
    to = next === undefined ? undefined : client.address(next, answer.url);
    if (tags.size > client.limits.tags) throw tooMany(repository, `lists more than ${client.limits.tags} tags`);
    if (to !== undefined && (page >= client.limits.pages || tags.size === before)) throw tooMany(repository, "lists pages without an end");
  }
  return [...tags];
}

function tooMany(repository: string, what: string): AppError {
  return new AppError("STORE_PROTOCOL", `The registry ${what} for ${repository}; the list was not read to its end.`);
}
