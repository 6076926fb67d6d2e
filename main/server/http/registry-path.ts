import { productId } from "#shared/domain/release/release.ts";

/** How a request names a manifest or a blob: by tag, or by SHA-256 in lower-case hex. */
export type RegistryReference = { readonly tag: string } | { readonly sha256: string };

/** What a path below `/v2/` asks for (OCI distribution-spec, section "Endpoints"). */
export type RegistryPath =
  | { readonly kind: "version" }
  | { readonly kind: "tags"; readonly productId: string }
  | { readonly kind: "manifest"; readonly productId: string; readonly reference: RegistryReference }
  | { readonly kind: "blob"; readonly productId: string; readonly sha256: string }
  /** What is attached to a document, such as its signatures. */
  | { readonly kind: "referrers"; readonly productId: string; readonly sha256: string }
  /** A digest of another algorithm, a name that is no product id, or no endpoint at all. */
  | { readonly kind: "unknown" };

const DIGEST = /^sha256:([0-9a-f]{64})$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;

/** Reads the path of a request, without its query. Never throws. */
export function readRegistryPath(path: string): RegistryPath {
  if (path === "/v2" || path === "/v2/") return { kind: "version" };
  const [empty, v2, product = "", noun, last = "", ...rest] = path.split("/");
  if (empty !== "" || v2 !== "v2" || rest.length > 0 || !productId.safeParse(product).success) return { kind: "unknown" };
  const sha256 = DIGEST.exec(last)?.[1];
  if (noun === "tags" && last === "list") return { kind: "tags", productId: product };
  if (noun === "blobs" && sha256 !== undefined) return { kind: "blob", productId: product, sha256 };
  if (noun === "referrers" && sha256 !== undefined) return { kind: "referrers", productId: product, sha256 };
  if (noun === "manifests" && sha256 !== undefined) return { kind: "manifest", productId: product, reference: { sha256 } };
  if (noun === "manifests" && TAG.test(last)) return { kind: "manifest", productId: product, reference: { tag: last } };
  return { kind: "unknown" };
}
