import { PUBLICATION_RETRY, type PublicationRetryPolicy } from "#shared/domain/publication/retry-decision.ts";
import { LOCAL_STORE_ID } from "#shared/domain/store/store.ts";
import type { ReleaseId } from "#shared/lib/ids.ts";
import { AdoptionControl } from "./adoption/adoption-control.ts";
import { AdoptionEngine } from "./adoption/adoption-engine.ts";
import { adoptionsHandlers } from "./adoption/adoption-handlers.ts";
import type { AdoptionPorts } from "./adoption/adoption-parts.ts";
import { BackgroundWork } from "./jobs/background-work.ts";
import { composeDeltas, type DeltaRule } from "./compose-deltas.ts";
import type { Tally } from "./metrics/tally.ts";
import type { DeltaMaker } from "./ports/delta-maker.ts";
import type { OpenReleaseStore } from "./ports/release-store.ts";
import type { SecretStore } from "./ports/secret-store.ts";
import { ArtifactSource } from "./publication/artifact-source.ts";
import { PublicationCleaner } from "./publication/publication-cleaner.ts";
import { PublicationControl } from "./publication/publication-control.ts";
import { PublicationEngine } from "./publication/publication-engine.ts";
import { publicationsHandlers } from "./publication/publication-handlers.ts";
import type { PublicationParts } from "./publication/publication-parts.ts";
import { ReleasePublishing } from "./publication/release-publishing.ts";
import { ReleaseWithdrawal } from "./publication/release-withdrawal.ts";
import { LocalReleaseStore } from "./release/local-release-store.ts";
import { ReleaseStores } from "./store/release-stores.ts";
import { StoreBrowser } from "./store/store-browser.ts";
import { storesHandlers } from "./store/store-handlers.ts";
import { StoreSecrets } from "./store/store-secrets.ts";
import { StoreService } from "./store/store-service.ts";
import { scheduleChannelMove, StoreTasks } from "./store/store-tasks.ts";

/** What stores and publications are made of. */
export type StoresParts = Pick<PublicationParts, "store" | "blobs" | "clock" | "ids" | "logger" | "timers" | "trust"> & {
  readonly secrets: SecretStore;
  readonly openReleaseStore: OpenReleaseStore;
  readonly adoption: AdoptionPorts;
  readonly publicationRetry?: PublicationRetryPolicy;
  readonly deltaMaker: DeltaMaker;
  readonly deltaRule: () => DeltaRule;
  readonly tally: Tally;
};

/** Puts stores and publications together, for the composition root. */
export function composeStores(parts: StoresParts) {
  const { store, blobs, clock, ids, logger } = parts;
  const secrets = new StoreSecrets(parts.secrets);
  const stores = new ReleaseStores(store, secrets, parts.openReleaseStore, new LocalReleaseStore(blobs));
  const service = new StoreService({ store, clock, ids, secrets, releaseStores: stores });
  const browser = new StoreBrowser(store, stores);
  const background = new BackgroundWork(clock, logger);
  const shared = { ...parts, background, stores };
  const tasks = new StoreTasks(shared);
  const artifacts = new ArtifactSource(store, blobs, stores);
  const deltas = composeDeltas({ ...parts, artifacts });
  const retry = parts.publicationRetry ?? PUBLICATION_RETRY;
  const publicationParts = { ...shared, artifacts, retry, haltDeltas: (releaseId: ReleaseId) => deltas.works.halt(releaseId) };
  const engine = new PublicationEngine(publicationParts);
  const cleaner = new PublicationCleaner(publicationParts, engine);
  deltas.works.onDone((releaseId) => void engine.wakeRelease(releaseId));
  const publishing = new ReleasePublishing(publicationParts, engine, cleaner, deltas.preparing);
  const withdrawal = new ReleaseWithdrawal(publicationParts);
  const adoptionParts = { ...shared, ...parts.adoption, browser, deltas: deltas.adoption, retry };
  const adoptions = new AdoptionEngine(adoptionParts);
  return {
    stores,
    artifacts,
    estimates: deltas.estimates,
    publish: (order: Parameters<ReleasePublishing["publish"]>[0]) => publishing.publish(order),
    withdraw: (order: Parameters<ReleaseWithdrawal["withdraw"]>[0]) => withdrawal.withdraw(order),
    retire: (kept: number) => withdrawal.retire(kept),
    tellStores: (unit: Parameters<typeof scheduleChannelMove>[0], move: Parameters<typeof scheduleChannelMove>[2]) =>
      scheduleChannelMove(unit, shared, move),
    handlers: {
      stores: storesHandlers(service, browser),
      deltas: deltas.handlers,
      publications: publicationsHandlers(new PublicationControl(publicationParts, engine, cleaner)),
      adoptions: adoptionsHandlers(new AdoptionControl(adoptionParts, adoptions)),
    },
    /** Goes on with what a kill interrupted; what concerns the local store alone is done when it resolves. */
    recover: async (): Promise<void> => {
      await service.recover();
      await deltas.works.start();
      await engine.start((storeId) => storeId === LOCAL_STORE_ID);
      await withdrawal.recover();
      await cleaner.recover();
      await tasks.recover();
    },
    /** Goes on with adoptions, once intake has ended the transfers that a kill interrupted. */
    recoverAdoptions: () => adoptions.start(),
    stop: async (): Promise<void> => {
      await adoptions.stop();
      await deltas.works.stop();
      await engine.stop();
      await background.stop();
    },
  };
}
