import { type JudgedRequest, type OperationHandler, Refusal } from "./answer.ts";
import type { StoredAsset, StoredRelease } from "./github-state.ts";
import { expectWritable, pageOf, releaseOf } from "./release-operations.ts";
import { renderAsset } from "./render-documents.ts";

/** GitHub's limit of one asset. */
const LIMIT_BYTES = 2 * 2 ** 30;
/** How long the address of a download is a ticket. */
const TICKET_MS = 300_000;

/** Operations on the assets of releases. */
export const assetOperations: Readonly<Record<string, OperationHandler>> = {
  "repos/list-release-assets": (request) => {
    const assets = pageOf(request, releaseOf(request).assets);
    return { status: 200, json: assets.map((one) => renderAsset(request, one)) };
  },
  "repos/upload-release-asset": async (request) => {
    expectWritable(request);
    const release = releaseOf(request);
    if (release.immutable)
      throw new Refusal(422, "Validation Failed", {
        errors: [{ code: "custom", message: "Cannot upload assets to an immutable release." }],
      });
    if (Number(request.headers["content-length"]) >= LIMIT_BYTES)
      throw new Refusal(422, "Validation Failed", { errors: [{ resource: "ReleaseAsset", code: "custom", field: "size" }] });
    const name = renamed(request.query.get("name") ?? "");
    if (release.assets.some((one) => one.name === name)) {
      throw new Refusal(422, "Validation Failed", { errors: [{ resource: "ReleaseAsset", code: "already_exists", field: "name" }] });
    }
    const asset = request.state.starter(name, request.query.get("label"));
    release.assets.push(asset);
    await request.state.fill(asset, request.upload);
    return { status: 201, json: renderAsset(request, asset) };
  },
  "repos/get-release-asset": (request) => {
    const { release, asset } = assetOf(request);
    if (release.draft && request.rights !== "write") throw new Refusal(404, "Not Found");
    const wantsBytes = String(request.headers["accept"]).includes("application/octet-stream");
    if (!wantsBytes) return { status: 200, json: renderAsset(request, asset) };
    if (asset.state !== "uploaded") throw new Refusal(404, "Not Found");
    if (!request.state.redirects) return { status: 200, bytes: asset.bytes ?? Buffer.alloc(0) };
    const end = new Date(Date.now() + TICKET_MS).toISOString();
    return {
      status: 302,
      headers: {
        location: `${request.origins.storage}/objects/${asset.id}?se=${encodeURIComponent(end)}&sig=${asset.sha256.slice(0, 16)}`,
      },
    };
  },
  "repos/delete-release-asset": (request) => {
    expectWritable(request);
    const { release, asset } = assetOf(request);
    if (release.immutable)
      throw new Refusal(422, "Validation Failed", {
        errors: [{ code: "custom", message: "Cannot delete asset from an immutable release" }],
      });
    release.assets = release.assets.filter((one) => one !== asset);
    return { status: 204 };
  },
};

function assetOf(request: JudgedRequest): { readonly release: StoredRelease; readonly asset: StoredAsset } {
  const found = request.state.findAsset(Number(request.path["asset_id"]));
  if (found === undefined) throw new Refusal(404, "Not Found");
  return found;
}

/** "GitHub renames asset filenames that have special characters, non-alphanumeric characters, and leading or trailing periods." */
function renamed(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9._-]+/g, ".").replaceAll(/^\.+|\.+$/g, "");
}
