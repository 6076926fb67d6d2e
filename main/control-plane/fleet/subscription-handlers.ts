import { api } from "../api/implementer.ts";
import type { SubscriptionService } from "./subscription-service.ts";

/** Handlers of `subscriptions.*`. */
export function subscriptionHandlers(service: SubscriptionService) {
  const { subscriptions } = api;
  return subscriptions.router({
    create: subscriptions.create.handler(({ input, context }) => service.create(context.principal, input)),
    get: subscriptions.get.handler(({ input, context }) => service.get(context.principal, input.subscriptionId)),
    setPolicy: subscriptions.setPolicy.handler(({ input, context }) => service.setPolicy(context.principal, input)),
    pause: subscriptions.pause.handler(({ input, context }) => service.pause(context.principal, input.subscriptionId, input.reason)),
    resume: subscriptions.resume.handler(({ input, context }) => service.resume(context.principal, input.subscriptionId, input.reason)),
    reattach: subscriptions.reattach.handler(({ input, context }) => service.reattach(context.principal, input)),
    remove: subscriptions.remove.handler(async ({ input, context }) => {
      await service.remove(context.principal, input.subscriptionId);
      return { removed: true };
    }),
    history: subscriptions.history.handler(({ input, context }) => service.history(context.principal, input.subscriptionId)),
  });
}
