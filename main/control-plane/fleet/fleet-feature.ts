import type { FleetScope } from "#shared/domain/access/permission.ts";
import type { Store } from "../db/store.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";
import { EnrolmentService } from "./enrolment-service.ts";
import { FleetCensus } from "./fleet-census.ts";
import { fleetHandlers } from "./fleet-handlers.ts";
import type { EnrolmentFacts, LinkSeam, RolloutSeam } from "./fleet-ports.ts";
import { FleetService } from "./fleet-service.ts";
import { readFleetRows } from "./fleet-view.ts";
import { GroupService } from "./group-service.ts";
import { HostCommandService } from "./host-command-service.ts";
import { hostHandlers } from "./host-handlers.ts";
import { LogFollower } from "./log-follower.ts";
import { HostService } from "./host-service.ts";
import { readHostTroubles } from "./host-troubles.ts";
import { HostView, type HostSettings } from "./host-view.ts";
import { pruneHostRecords } from "./prune-host-records.ts";
import { subscriptionHandlers } from "./subscription-handlers.ts";
import { SubscriptionService } from "./subscription-service.ts";
import { tokenHandlers } from "./token-handlers.ts";
import { TokenService } from "./token-service.ts";

/** For how long a forged or replayed report is shown as something that needs a person. */
const REFUSALS_SHOWN_MS = 86_400_000;

/** What fleets need from the rest of the control plane. */
export type FleetDeps = {
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly settings: () => HostSettings & { readonly hostEventRetentionMs: number };
  readonly enrolment: EnrolmentFacts;
  readonly rollouts: RolloutSeam;
  readonly link: LinkSeam;
};

/** Puts the services of fleets, tokens, subscriptions and hosts together. */
export function makeFleetFeature(deps: FleetDeps) {
  const { store, clock, ids, enrolment } = deps;
  const view = new HostView(store, clock, deps.settings, deps.rollouts);
  const hosts = new HostService({ store, view, rollouts: deps.rollouts });
  const census = new FleetCensus(store, clock, deps.settings);
  return {
    /** For overviews; each stays within the scope that it is given. */
    overview: {
      fleets: (scope: FleetScope) => readFleetRows(store.read, scope),
      cells: () => census.cells(),
      troubles: (scope: FleetScope) =>
        readHostTroubles(store.read, scope, {
          silentBefore: clock.now() - deps.settings().hostSilentAfterMs,
          refusedAfter: clock.now() - REFUSALS_SHOWN_MS,
        }),
    },
    /** Forgets what is older than the retention that the settings name. */
    prune: () => pruneHostRecords(store, deps.settings().hostEventRetentionMs),
    /** For the agent link, which takes what hosts send before they have an identity. */
    enrolment: new EnrolmentService(store, clock, ids, enrolment),
    handlers: {
      fleets: fleetHandlers(new FleetService(store, ids), new GroupService(store, ids)),
      tokens: tokenHandlers(new TokenService(store, ids, enrolment)),
      subscriptions: subscriptionHandlers(new SubscriptionService({ store, ids, rollouts: deps.rollouts })),
      hosts: hostHandlers(view, hosts, new HostCommandService(store, deps.link), new LogFollower(store, deps.link)),
    },
  };
}
