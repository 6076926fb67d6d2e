import type { Store } from "../db/store.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";
import { EnrolmentService } from "./enrolment-service.ts";
import { fleetHandlers } from "./fleet-handlers.ts";
import type { EnrolmentFacts, LinkSeam, RolloutSeam } from "./fleet-ports.ts";
import { FleetService } from "./fleet-service.ts";
import { GroupService } from "./group-service.ts";
import { HostCommandService } from "./host-command-service.ts";
import { hostHandlers } from "./host-handlers.ts";
import { HostService } from "./host-service.ts";
import { HostView, type HostSettings } from "./host-view.ts";
import { subscriptionHandlers } from "./subscription-handlers.ts";
import { SubscriptionService } from "./subscription-service.ts";
import { tokenHandlers } from "./token-handlers.ts";
import { TokenService } from "./token-service.ts";

/** What fleets need from the rest of the control plane. */
export type FleetDeps = {
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly settings: () => HostSettings;
  readonly enrolment: EnrolmentFacts;
  readonly rollouts: RolloutSeam;
  readonly link: LinkSeam;
};

/** Puts the services of fleets, tokens, subscriptions and hosts together. */
export function makeFleetFeature(deps: FleetDeps) {
  const { store, clock, ids, enrolment } = deps;
  const view = new HostView(store, clock, deps.settings, deps.rollouts);
  const hosts = new HostService({ store, view, rollouts: deps.rollouts });
  return {
    /** For the agent link, which takes what hosts send before they have an identity. */
    enrolment: new EnrolmentService(store, clock, ids, enrolment),
    handlers: {
      fleets: fleetHandlers(new FleetService(store, ids), new GroupService(store, ids)),
      tokens: tokenHandlers(new TokenService(store, ids, enrolment)),
      subscriptions: subscriptionHandlers(new SubscriptionService({ store, ids, rollouts: deps.rollouts })),
      hosts: hostHandlers(view, hosts, new HostCommandService(store, deps.link)),
    },
  };
}
