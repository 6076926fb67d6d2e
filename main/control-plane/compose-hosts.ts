import type { Settings } from "#shared/contract/administration.ts";
import type { Store } from "./db/store.ts";
import { makeFleetFeature } from "./fleet/fleet-feature.ts";
import type { RolloutSeam } from "./fleet/fleet-ports.ts";
import { isEntitled, type WantedBlob } from "./link/host-entitlement.ts";
import { LinkService } from "./link/link-service.ts";
import type { Tally } from "./metrics/tally.ts";
import type { Clock } from "./ports/clock.ts";
import type { Ids } from "./ports/ids.ts";
import type { Logger } from "./ports/logger.ts";
import type { SecretStore } from "./ports/secret-store.ts";
import type { HostSeam } from "./rollout/host-seam.ts";
import { HostDownloads } from "./serving/host-downloads.ts";
import type { TrustService } from "./trust/service.ts";
import type { HostId } from "#shared/lib/ids.ts";

/** What fleets and the agent link are made of. */
export type HostParts = {
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  readonly secrets: SecretStore;
  readonly settings: () => Settings;
  readonly trust: Pick<TrustService, "pinnedRoot" | "rootBytes">;
  /** Addresses of this process, for tokens while no public address is set. */
  readonly listenUrls: () => readonly string[];
  readonly localAgent: () => string | undefined;
  readonly certificatePin: () => string | undefined;
  readonly rollouts: HostSeam & RolloutSeam;
  readonly tally: Tally;
};

/** Puts fleets, enrolment and the agent link together, for the composition root. */
export function composeHosts(parts: HostParts) {
  const { store, clock, ids, logger, secrets, settings, trust, rollouts } = parts;
  const link = new LinkService({ store, clock, ids, logger, secrets, seam: rollouts, settings, tally: parts.tally });
  const fleets = makeFleetFeature({
    store,
    clock,
    ids,
    settings,
    rollouts,
    enrolment: {
      urls: () => (settings().publicUrls.length > 0 ? settings().publicUrls : parts.listenUrls()),
      certificatePin: parts.certificatePin,
      localAgent: parts.localAgent,
      pinnedRoot: () => trust.pinnedRoot,
      rootBytes: (version) => trust.rootBytes(version),
    },
    link: {
      issueCommands: (unit, orders) => link.commands.issue(unit, orders),
      followLog: (hostId, applicationId, signal) => link.followLog(hostId, applicationId, signal),
    },
  });
  return {
    link,
    enrolment: fleets.enrolment,
    handlers: fleets.handlers,
    overview: fleets.overview,
    prune: fleets.prune,
    downloads: new HostDownloads(store, clock),
    mayReadBlob: (host: HostId, wanted: WantedBlob) => isEntitled(store, host, wanted),
  };
}
