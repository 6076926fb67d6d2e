import { api } from "../api/implementer.ts";
import type { HomeService } from "./home-service.ts";

/** Handlers of `home.*`. */
export function homeHandlers(service: HomeService) {
  return api.home.router({ overview: api.home.overview.handler(({ context }) => service.overview(context.principal)) });
}
