import { api } from "../api/implementer.ts";
import type { Store } from "../db/store.ts";
import type { MetricsService } from "../metrics/metrics-service.ts";
import { followEvents } from "../live/live-feed.ts";
import type { SystemStatus } from "#shared/contract/system.ts";

/** Handlers of `system.*`. `status` is put together by the composition root, which knows all the parts. */
export function systemHandlers(store: Store, status: () => Promise<SystemStatus>, metrics: MetricsService) {
  return api.system.router({
    status: api.system.status.handler(() => status()),
    metrics: api.system.metrics.handler(async ({ context }) => [...(await metrics.read(context.principal.fleets))]),
    whoami: api.system.whoami.handler(({ context }) => context.principal),
    events: api.system.events.handler(async function* ({ input, context, signal }) {
      yield* followEvents(store, context.principal.fleets, input.after, signal);
    }),
  });
}
