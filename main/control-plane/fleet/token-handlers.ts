import { api } from "../api/implementer.ts";
import type { TokenService } from "./token-service.ts";

/** Handlers of `tokens.*`. */
export function tokenHandlers(service: TokenService) {
  return api.tokens.router({
    list: api.tokens.list.handler(({ input, context }) => service.list(context.principal, input.fleetId)),
    create: api.tokens.create.handler(({ input, context }) => service.create(context.principal, input)),
    revoke: api.tokens.revoke.handler(({ input, context }) => service.revoke(context.principal, input.enrolmentTokenId)),
  });
}
