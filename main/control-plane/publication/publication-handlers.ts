import { api } from "../api/implementer.ts";
import type { PublicationControl } from "./publication-control.ts";

/** Handlers of `publications.*`. */
export function publicationsHandlers(control: PublicationControl) {
  return api.publications.router({
    list: api.publications.list.handler(({ input }) => control.list(input.releaseId)),
    get: api.publications.get.handler(({ input }) => control.get(input.publicationId)),
    create: api.publications.create.handler(({ input, context }) => control.create(context.principal.name, input.releaseId, input.storeId)),
    pause: api.publications.pause.handler(({ input, context }) => control.pause(context.principal.name, input.publicationId)),
    resume: api.publications.resume.handler(({ input, context }) => control.resume(context.principal.name, input.publicationId)),
    cancel: api.publications.cancel.handler(({ input, context }) => control.cancel(context.principal.name, input.publicationId)),
  });
}
