import { AppError } from "#shared/errors/app-error.ts";
import type { RolloutRow } from "#shared/contract/rollouts.ts";
import type { FleetScope } from "#shared/domain/access/permission.ts";
import { api } from "../api/implementer.ts";
import type { Rollouts } from "./rollouts.ts";

/** Handlers of `rollouts.*`. */
export function rolloutHandlers(rollouts: Rollouts) {
  const { starter, control } = rollouts;
  const rowOf = async (scope: FleetScope, rolloutId: string): Promise<RolloutRow> => {
    const [row] = await rollouts.list(scope, { rolloutIds: [rolloutId], limit: 1 });
    if (row === undefined) throw new AppError("NOT_FOUND", "There is no such rollout.");
    return row;
  };
  return api.rollouts.router({
    list: api.rollouts.list.handler(({ input, context }) => rollouts.list(context.principal.fleets, input)),
    get: api.rollouts.get.handler(({ input, context }) => rollouts.detail(context.principal.fleets, input.rolloutId)),
    preview: api.rollouts.preview.handler(({ input }) => starter.preview(input)),
    start: api.rollouts.start.handler(async ({ input, context: { principal } }) =>
      rowOf(principal.fleets, await starter.start(principal, input)),
    ),
    pause: api.rollouts.pause.handler(async ({ input, context: { principal } }) => {
      await control.pause(principal, input.rolloutId, input.reason);
      return rowOf(principal.fleets, input.rolloutId);
    }),
    resume: api.rollouts.resume.handler(async ({ input, context: { principal } }) => {
      await control.resume(principal, input.rolloutId, input.reason);
      return rowOf(principal.fleets, input.rolloutId);
    }),
    continue: api.rollouts.continue.handler(async ({ input, context: { principal } }) => {
      await control.continue(principal, input.rolloutId, input.reason);
      return rowOf(principal.fleets, input.rolloutId);
    }),
    approve: api.rollouts.approve.handler(async ({ input, context: { principal } }) =>
      rowOf(principal.fleets, await control.approve(principal, input.waveId, input.reason)),
    ),
    abort: api.rollouts.abort.handler(async ({ input, context: { principal } }) => {
      await control.abort(principal, input.rolloutId, input.reason);
      return rowOf(principal.fleets, input.rolloutId);
    }),
    previewRollback: api.rollouts.previewRollback.handler(({ input, context }) => starter.previewRollback(context.principal.fleets, input)),
    rollback: api.rollouts.rollback.handler(async ({ input, context: { principal } }) =>
      rowOf(principal.fleets, await starter.rollback(principal, input)),
    ),
  });
}
