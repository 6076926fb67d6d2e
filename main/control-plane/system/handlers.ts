import { api } from "../api/implementer.ts";
import type { Store } from "../db/store.ts";
import { followEvents } from "../live/live-feed.ts";
import type { SystemStatus } from "#shared/contract/system.ts";

/** Handlers of `system.*`. `status` is put together by the composition root, which knows all the parts. */
export function systemHandlers(store: Store, status: () => Promise<SystemStatus>) {
  return api.system.router({
    status: api.system.status.handler(() => status()),
    whoami: api.system.whoami.handler(({ context }) => context.principal),
    events: api.system.events.handler(async function* ({ input, context, signal }) {
      yield* followEvents(store, context.principal.fleets, input.after, signal);
    }),
  });
}
