import type { Principal } from "#shared/domain/access/permission.ts";
import { api } from "../api/implementer.ts";
import type { TrustService } from "./service.ts";
import type { Asker } from "./request-notes.ts";

/** Handlers of `trust.*`. `controlPlane` is the name that signers read in a request's file. */
export function trustHandlers(service: TrustService, controlPlane: () => string) {
  return api.trust.router({
    status: api.trust.status.handler(() => service.status()),
    prepare: api.trust.prepare.handler(({ input, context }) => service.prepare(asker(context.principal), input.intent)),
    listRequests: api.trust.listRequests.handler(() => service.listRequests()),
    exportRequest: api.trust.exportRequest.handler(({ input }) => service.exportRequest(input.signingRequestId, controlPlane())),
    submit: api.trust.submit.handler(({ input, context }) => service.submit(asker(context.principal), input)),
    cancelRequest: api.trust.cancelRequest.handler(({ input, context }) =>
      service.cancel(asker(context.principal), input.signingRequestId),
    ),
    export: api.trust.export.handler(async () => ({
      files: (await service.exportFiles()).map(({ name, bytes }) => ({ name, bytes: Buffer.from(bytes).toString("base64") })),
    })),
  });
}

function asker({ name, fleets }: Principal): Asker {
  return { name, fleets };
}
