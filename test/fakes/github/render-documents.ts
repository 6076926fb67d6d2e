import { z } from "zod";
import type { JudgedRequest } from "./answer.ts";
import type { StoredAsset, StoredRelease } from "./github-state.ts";

const document = z.record(z.string(), z.unknown());

/** A release as GitHub writes it: the description's own example, with what is true of this one. */
export function renderRelease(request: JudgedRequest, release: StoredRelease): unknown {
  const { api, uploads } = request.origins;
  const base = `${api}/repos/${request.owner}/${request.repository}/releases`;
  return {
    ...document.parse(request.example("release")),
    url: `${base}/${release.id}`,
    html_url: `https://github.example/${request.owner}/${request.repository}/releases/tag/${encodeURIComponent(release.tag)}`,
    assets_url: `${base}/${release.id}/assets`,
    upload_url: `${uploads}/repos/${request.owner}/${request.repository}/releases/${release.id}/assets{?name,label}`,
    id: release.id,
    tag_name: release.tag,
    name: release.name,
    body: release.body,
    draft: release.draft,
    prerelease: release.prerelease,
    immutable: release.immutable,
    created_at: date(release.createdAt),
    published_at: release.publishedAt === null ? null : date(release.publishedAt),
    assets: release.assets.map((one) => renderAsset(request, one)),
  };
}

/** An asset as GitHub writes it. */
export function renderAsset(request: JudgedRequest, asset: StoredAsset): unknown {
  return {
    ...document.parse(request.example("release-asset")),
    url: `${request.origins.api}/repos/${request.owner}/${request.repository}/releases/assets/${asset.id}`,
    browser_download_url: `https://github.example/${request.owner}/${request.repository}/releases/download/${encodeURIComponent(asset.name)}`,
    id: asset.id,
    name: asset.name,
    label: asset.label ?? "",
    state: asset.state,
    content_type: "application/octet-stream",
    size: asset.size,
    digest: request.state.tellsDigests && asset.state === "uploaded" ? `sha256:${asset.sha256}` : null,
    created_at: date(asset.createdAt),
    updated_at: date(asset.createdAt),
  };
}

/** The repository as GitHub writes it to this asker. */
export function renderRepository(request: JudgedRequest): unknown {
  const push = request.rights === "write";
  const example = document.parse(request.example("full-repository-default-response") ?? request.example("full-repository"));
  // Parts that the schema does not ask for; the example's own lack what it does.
  const { permissions: _permissions, source: _source, parent: _parent, template_repository: _template, ...rest } = example;
  return {
    ...rest,
    language: null,
    name: request.repository,
    full_name: `${request.owner}/${request.repository}`,
    private: request.state.isPrivate,
    archived: request.state.archived,
    ...(request.rights === "anonymous" ? {} : { permissions: { admin: false, maintain: false, push, triage: push, pull: true } }),
  };
}

/** The account of the asker. */
export function renderUser(request: JudgedRequest): unknown {
  const example = request.example("private-user-response-with-public-and-private-profile-information") ?? request.example("private-user");
  return { ...document.parse(example), login: "rollcall-publisher", user_view_type: "private" };
}

function date(moment: Date): string {
  return `${moment.toISOString().slice(0, 19)}Z`;
}
