import { api } from "../api/implementer.ts";
import type { TrustService } from "./service.ts";

/** Handlers of `trust.*`. */
export function trustHandlers(service: TrustService) {
  return api.trust.router({ status: api.trust.status.handler(() => service.status()) });
}
