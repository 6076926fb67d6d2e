import { createRouterClient } from "@orpc/server";
import { onTestFinished } from "vitest";
import { systemIds } from "#main/adapters/system/system-ids.ts";
import type { RequestContext } from "#main/control-plane/api/request-context.ts";
import type { Store } from "#main/control-plane/db/store.ts";
import { makeFleetFeature } from "#main/control-plane/fleet/fleet-feature.ts";
import type { EnrolmentFacts } from "#main/control-plane/fleet/fleet-ports.ts";
import type { FleetScope, Principal } from "#shared/domain/access/permission.ts";
import { fakeClock, type FakeClock } from "#test/fakes/clock.ts";
import { commandRows, LOOPBACK_FACTS, recordedRollouts } from "#test/fakes/fleet-seams.ts";
import { quietLogger } from "#test/fakes/quiet-logger.ts";
import { openTestStore } from "./open-test-store.ts";
import { tempFolder } from "./temp-folder.ts";

/** A host that says nothing for this long is silent, in these tests. */
export const SILENT_AFTER_MS = 60_000;

/** Timelines go back this far, in these tests. */
export const RETENTION_MS = 86_400_000;

/** Who calls in a test: an administrator of all fleets, unless said otherwise. */
export function aPrincipal(change: Partial<Principal> = {}): Principal {
  return { name: "user:ana", role: "administrator", fleets: "all", local: false, ...change };
}

/** Context of one call. */
export function contextOf(principal: Principal): RequestContext {
  return { principal, correlationId: "test", logger: quietLogger() };
}

/** Fleets, tokens, subscriptions and hosts on a real database, called as clients call them. */
export type TestFleets = Awaited<ReturnType<typeof openFleets>>;

/** Opens {@link TestFleets}; everything is closed when the test ends. */
export async function openFleets(facts: Partial<EnrolmentFacts> = {}) {
  const clock: FakeClock = fakeClock();
  const store: Store = await openTestStore(await tempFolder(), clock);
  onTestFinished(() => store.close());
  const rollouts = recordedRollouts();
  const link = commandRows();
  const feature = makeFleetFeature({
    store,
    clock,
    ids: systemIds,
    settings: () => ({ hostSilentAfterMs: SILENT_AFTER_MS, hostEventRetentionMs: RETENTION_MS }),
    enrolment: { ...LOOPBACK_FACTS, ...facts },
    rollouts,
    link,
  });
  const as = (principal: Principal) => createRouterClient(feature.handlers, { context: contextOf(principal) });
  return {
    clock,
    store,
    rollouts,
    link,
    enrolment: feature.enrolment,
    prune: feature.prune,
    /** The contract as an administrator of everything sees it. */
    client: as(aPrincipal()),
    as,
    /** The contract as an administrator of these fleets alone sees it. */
    within: (scope: FleetScope) => as(aPrincipal({ name: "user:ben", fleets: scope })),
  };
}
