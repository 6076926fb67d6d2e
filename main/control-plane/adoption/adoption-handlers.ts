import { api } from "../api/implementer.ts";
import type { AdoptionControl } from "./adoption-control.ts";

/** Handlers of `adoptions.*`. */
export function adoptionsHandlers(control: AdoptionControl) {
  return api.adoptions.router({
    list: api.adoptions.list.handler(({ input }) => control.list(input.applicationId)),
    get: api.adoptions.get.handler(({ input }) => control.get(input.adoptionId)),
    create: api.adoptions.create.handler(({ input, context }) => control.create(context.principal.name, input)),
    pause: api.adoptions.pause.handler(({ input, context }) => control.pause(context.principal.name, input.adoptionId)),
    resume: api.adoptions.resume.handler(({ input, context }) => control.resume(context.principal.name, input.adoptionId)),
    cancel: api.adoptions.cancel.handler(({ input, context }) => control.cancel(context.principal.name, input.adoptionId)),
  });
}
