import { api } from "../api/implementer.ts";
import type { AccessService } from "./service.ts";

/** Handlers of `access.*`. `linkUrl` makes the address of a login link; the shell knows where it listens. */
export function accessHandlers(service: AccessService, linkUrl: (secret: string) => string) {
  return api.access.router({
    listTokens: api.access.listTokens.handler(() => service.listTokens()),
    createToken: api.access.createToken.handler(({ input, context }) => service.createToken(context.principal, input)),
    revokeToken: api.access.revokeToken.handler(({ input, context }) => service.revokeToken(context.principal, input.apiTokenId)),
    createLoginLink: api.access.createLoginLink.handler(async ({ context }) => {
      const link = await service.createLoginLink(context.principal);
      return { url: linkUrl(link.secret), expiresAt: link.expiresAt };
    }),
  });
}
