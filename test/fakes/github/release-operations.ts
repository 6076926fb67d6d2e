import { z } from "zod";
import { type JudgedRequest, type OperationHandler, Refusal } from "./answer.ts";
import type { StoredRelease } from "./github-state.ts";
import { renderRelease, renderRepository, renderUser } from "./render-documents.ts";

const creation = z.object({
  tag_name: z.string(),
  name: z.string().optional(),
  body: z.string().default(""),
  draft: z.boolean().default(false),
  prerelease: z.boolean().default(false),
});
const change = z.object({
  body: z.string().optional(),
  draft: z.boolean().optional(),
  prerelease: z.boolean().optional(),
  make_latest: z.enum(["true", "false", "legacy"]).optional(),
});

/** Operations on the repository, its releases and the account. */
export const releaseOperations: Readonly<Record<string, OperationHandler>> = {
  "repos/get": (request) => ({ status: 200, json: renderRepository(request) }),
  "users/get-authenticated": (request) => {
    if (request.rights === "anonymous") throw new Refusal(401, "Requires authentication");
    return { status: 200, json: renderUser(request) };
  },
  "repos/list-releases": (request) => {
    const newestFirst = seenBy(request).toSorted((left, right) => right.id - left.id);
    const json = pageOf(request, newestFirst).map((one) => renderRelease(request, one));
    return { status: 200, json, headers: linkToNext(request, newestFirst.length) };
  },
  "repos/get-release-by-tag": (request) => {
    const tag = decodeURIComponent(request.path["tag"] ?? "");
    const release = request.state.releases.find((one) => !one.draft && one.tag === tag);
    if (release === undefined) throw new Refusal(404, "Not Found");
    return { status: 200, json: renderRelease(request, release) };
  },
  "repos/get-latest-release": (request) => {
    // "The most recent non-prerelease, non-draft release", unless somebody chose one.
    const fitting = request.state.releases.filter((one) => !one.draft && !one.prerelease).toSorted((left, right) => right.id - left.id);
    const release = fitting.find((one) => one.id === request.state.latestId) ?? fitting[0];
    if (release === undefined) throw new Refusal(404, "Not Found");
    return { status: 200, json: renderRelease(request, release) };
  },
  "repos/get-release": (request) => ({ status: 200, json: renderRelease(request, releaseOf(request)) }),
  "repos/create-release": (request) => {
    expectWritable(request);
    const given = creation.parse(request.body);
    if (!request.state.hasCommits) throw new Refusal(422, "Repository is empty.", { errors: [] });
    if (!given.draft) expectFreeTag(request, given.tag_name, undefined);
    const { tag_name: tag, name = null, ...rest } = given;
    const release = request.state.addRelease({ tag, name, ...rest });
    return { status: 201, json: renderRelease(request, release), headers: { location: `${request.origins.api}/releases/${release.id}` } };
  },
  "repos/update-release": (request) => {
    expectWritable(request);
    const release = releaseOf(request);
    const given = change.parse(request.body);
    if (release.immutable && given.draft === true)
      throw new Refusal(422, "Validation Failed", { errors: [{ code: "custom", message: "Immutable release cannot become a draft" }] });
    const becomes = {
      ...release,
      ...(given.draft !== undefined && { draft: given.draft }),
      ...(given.prerelease !== undefined && { prerelease: given.prerelease }),
    };
    if (given.make_latest === "true" && (becomes.draft || becomes.prerelease))
      throw new Refusal(422, "Validation Failed", { errors: [{ code: "invalid", field: "make_latest" }] });
    if (release.draft && !becomes.draft) publish(request, release);
    Object.assign(release, { draft: becomes.draft, prerelease: becomes.prerelease, body: given.body ?? release.body });
    if (given.make_latest === "true") request.state.latestId = release.id;
    if (release.draft && request.state.latestId === release.id) request.state.latestId = undefined;
    return { status: 200, json: renderRelease(request, release) };
  },
  "repos/delete-release": (request) => {
    expectWritable(request);
    const release = releaseOf(request);
    request.state.releases = request.state.releases.filter((one) => one !== release);
    return { status: 204 };
  },
};

/** The release that the path names, as far as the asker may see it. */
export function releaseOf(request: JudgedRequest): StoredRelease {
  const release = seenBy(request).find((one) => one.id === Number(request.path["release_id"]));
  if (release === undefined) throw new Refusal(404, "Not Found");
  return release;
}

/** @throws Refusal as GitHub words it for a token without the right, and for an archived repository. */
export function expectWritable(request: JudgedRequest): void {
  if (request.rights === "anonymous") throw new Refusal(401, "Requires authentication");
  if (request.rights !== "write") throw new Refusal(403, "Resource not accessible by personal access token");
  if (request.state.archived) throw new Refusal(403, "Repository was archived so is read-only.");
}

/** One page of a list (per_page at most 100). */
export function pageOf<T>(request: JudgedRequest, all: readonly T[]): readonly T[] {
  const size = Math.min(100, Number(request.query.get("per_page") ?? "30"));
  const page = Number(request.query.get("page") ?? "1");
  return all.slice((page - 1) * size, page * size);
}

/** As GitHub links pages: only where there is another one. */
function linkToNext(request: JudgedRequest, total: number): Readonly<Record<string, string>> {
  const size = Math.min(100, Number(request.query.get("per_page") ?? "30"));
  const next = Number(request.query.get("page") ?? "1") + 1;
  const { origins, owner, repository } = request;
  const address = `${origins.api}/repos/${owner}/${repository}/releases?per_page=${size}&page=`;
  if ((next - 1) * size >= total) return {};
  return { link: `<${address}${next}>; rel="next", <${address}${Math.ceil(total / size)}>; rel="last"` };
}

function seenBy(request: JudgedRequest): readonly StoredRelease[] {
  return request.state.releases.filter((one) => !one.draft || request.rights === "write");
}

function publish(request: JudgedRequest, release: StoredRelease): void {
  expectFreeTag(request, release.tag, release.id);
  request.state.tags.add(release.tag);
  Object.assign(release, { publishedAt: new Date(), immutable: request.state.makesImmutable });
}

function expectFreeTag(request: JudgedRequest, tag: string, except: number | undefined): void {
  const isTaken = request.state.releases.some((one) => !one.draft && one.tag === tag && one.id !== except);
  if (isTaken)
    throw new Refusal(422, "Validation Failed", { errors: [{ resource: "Release", code: "already_exists", field: "tag_name" }] });
}
