import { manifestTargetPath } from "../../release/manifest.ts";
import type { TrustIntent } from "../signing-request.ts";
import { acceptanceTargetPath, policyTargetPath } from "../trust-policy.ts";
import type { ReadDocuments } from "./read-documents.ts";

/** Whether the documents do what the request says it is for. One that does not is a pretext, whatever else it holds. */
export function servesIntent(intent: TrustIntent, { root, roles }: ReadDocuments): boolean {
  const holds = (role: string, path: string): boolean => roles.get(role)?.document.targets[path] !== undefined;
  switch (intent.kind) {
    case "quorum":
    case "online-keys":
      return root !== undefined;
    case "publish":
      return holds(intent.productId, manifestTargetPath(intent.productId, intent.version));
    case "withdraw":
      return roles.has(intent.productId) && !holds(intent.productId, manifestTargetPath(intent.productId, intent.version));
    case "minimum":
      return [...roles.keys()].some((role) => role !== "targets" && holds(role, policyTargetPath(role)) === (intent.version !== null));
    case "accept":
      return roles.has("targets") && holds("targets", acceptanceTargetPath(intent.fleetId)) === (intent.products !== "all");
    case "renew":
      return roles.size > 0;
  }
}
