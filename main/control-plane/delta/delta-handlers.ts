import { api } from "../api/implementer.ts";
import type { DeltaControl } from "./delta-control.ts";

/** Handlers of `deltas.*`. */
export function deltasHandlers(control: DeltaControl) {
  return api.deltas.router({
    get: api.deltas.get.handler(async ({ input }) => (await control.get(input.releaseId)) ?? null),
    pause: api.deltas.pause.handler(({ input, context }) => control.pause(context.principal.name, input.releaseId)),
    resume: api.deltas.resume.handler(({ input, context }) => control.resume(context.principal.name, input.releaseId)),
    retry: api.deltas.retry.handler(({ input, context }) => control.retry(context.principal.name, input.releaseId)),
    skip: api.deltas.skip.handler(({ input, context }) => control.skip(context.principal.name, input.releaseId)),
  });
}
