import type { PublicationRetryPolicy } from "#shared/domain/publication/retry-decision.ts";
import { AccessService } from "./access/service.ts";
import { accessHandlers } from "./access/handlers.ts";
import { auditHandlers } from "./audit/handlers.ts";
import { AuditService } from "./audit/service.ts";
import type { UploadService } from "./artifact/upload-service.ts";
import { composeHosts } from "./compose-hosts.ts";
import { composeReleases } from "./compose-releases.ts";
import { openStore, type Store } from "./db/store.ts";
import { homeHandlers } from "./home/home-handlers.ts";
import { HomeService } from "./home/home-service.ts";
import { countObservations } from "./metrics/count-observations.ts";
import { MetricsService } from "./metrics/metrics-service.ts";
import { Tally } from "./metrics/tally.ts";
import { Timers } from "./jobs/timers.ts";
import { pruneEvents } from "./live/live-feed.ts";
import type { BlobStore } from "./ports/blob-store.ts";
import type { Clock } from "./ports/clock.ts";
import type { Database } from "./ports/database.ts";
import type { DeltaMaker } from "./ports/delta-maker.ts";
import type { Ids } from "./ports/ids.ts";
import type { Logger } from "./ports/logger.ts";
import type { OpenReleaseStore } from "./ports/release-store.ts";
import type { SecretStore } from "./ports/secret-store.ts";
import type { Signer } from "./ports/signer.ts";
import type { TrustFiles } from "./ports/trust-files.ts";
import type { UploadFiles } from "./ports/upload-files.ts";
import type { Registry } from "./release/registry.ts";
import { rolloutHandlers } from "./rollout/rollout-handlers.ts";
import { Rollouts } from "./rollout/rollouts.ts";
import { RemoteArtifacts } from "./serving/remote-artifacts.ts";
import { settingsHandlers } from "./settings/handlers.ts";
import { SettingsService } from "./settings/service.ts";
import { systemHandlers } from "./system/handlers.ts";
import { readSystemStatus } from "./system/status.ts";
import { trustHandlers } from "./trust/handlers.ts";
import { openTrust } from "./trust/open-trust.ts";
import type { TrustService } from "./trust/service.ts";

/** What the brain needs from the outside. The shells bring adapters. */
export type ControlPlanePorts = {
  readonly database: Database;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  readonly signer: Signer;
  readonly secrets: SecretStore;
  readonly blobs: BlobStore;
  readonly trustFiles: TrustFiles;
  readonly uploadFiles: UploadFiles;
  readonly openReleaseStore: OpenReleaseStore;
  readonly deltaMaker: DeltaMaker;
  /** How patient publications are with a store that fails; as {@link PublicationRetryPolicy} has it when absent. */
  readonly publicationRetry?: PublicationRetryPolicy;
};

/** Facts that only the shell knows. */
export type ShellFacts = {
  readonly shell: "desktop" | "server";
  readonly version: string;
  readonly dataFolder: string;
  /** Addresses this process listens on, best first; empty while it does not listen. */
  listenUrls(): readonly string[];
  /** SHA-256 of the certificate that hosts will see, when it listens with TLS. */
  certificatePin(): string | undefined;
  /** How this machine starts an agent, while no other machine can reach the control plane; else undefined. */
  localAgent(): string | undefined;
  /** The address that opens a session with this one-time secret. */
  loginUrl(secret: string): string;
};

/** A running brain without any transport. */
export type ControlPlane = {
  readonly router: ReturnType<typeof makeRouter>;
  readonly store: Store;
  readonly access: AccessService;
  readonly settings: SettingsService;
  readonly trust: TrustService;
  /** What transports tell of files that they receive. */
  readonly uploads: UploadService;
  /** The local store as `/v2/` serves it. */
  readonly registry: Registry;
  /** Artifacts that lie in other stores only. */
  readonly remoteArtifacts: RemoteArtifacts;
  /** What whoever is on call watches. */
  readonly metrics: MetricsService;
  /** Takes agents' connections; lets machines in; says what a host may read of the local store. */
  readonly hosts: Omit<ReturnType<typeof composeHosts>, "handlers" | "overview" | "prune">;
  /** Resumes what was under way and begins to serve timers. */
  start(): Promise<void>;
  /** Seals the audit and closes the database; nothing may be called after it. */
  stop(): Promise<void>;
};

const HOUSEKEEPING_MS = 15 * 60_000;

/** The end of the audit that could be cut unnoticed is never longer than this. */
const SEAL_MS = 60_000;

type Parts = Awaited<ReturnType<typeof composeParts>>;

function makeRouter(parts: Parts) {
  return {
    system: systemHandlers(parts.store, parts.status, parts.metrics),
    settings: settingsHandlers(parts.settings),
    access: accessHandlers(parts.access, (secret) => parts.shell.loginUrl(secret)),
    audit: auditHandlers(parts.audit),
    trust: trustHandlers(parts.trust, () => parts.settings.current.name),
    ...parts.releases.handlers,
    ...parts.hosts.handlers,
    rollouts: rolloutHandlers(parts.rollouts),
    home: homeHandlers(parts.home),
  };
}

/** The composition root: the only place where the features of the control plane meet. */
export async function composeControlPlane(ports: ControlPlanePorts, shell: ShellFacts): Promise<ControlPlane> {
  const parts = await composeParts(ports, shell);
  const { store, access, settings, trust, releases, hosts } = parts;
  scheduleJobs(parts);
  return {
    router: makeRouter(parts),
    store,
    access,
    settings,
    trust,
    uploads: releases.uploads,
    registry: releases.registry,
    remoteArtifacts: new RemoteArtifacts(store, releases.stores, ports.logger),
    metrics: parts.metrics,
    hosts,
    start: () => start(parts),
    stop: () => stop(parts),
  };
}

async function composeParts(ports: ControlPlanePorts, shell: ShellFacts) {
  const { clock, ids, logger } = ports;
  const store = await openStore(ports.database, clock);
  const settings = new SettingsService(store);
  await settings.load();
  const access = new AccessService(store, clock, ids);
  const audit = new AuditService(store, ports.signer, clock);
  const tally = new Tally();
  const timers = new Timers(store, clock, ids, logger);
  const { service: trust, releases: releaseTrust } = await openTrust({ ...ports, store });
  const rollouts = new Rollouts({
    store,
    clock,
    ids,
    logger,
    timers,
    freshMs: () => Math.max(settings.current.hostSilentAfterMs, 3 * settings.current.hostStateIntervalMs),
    acceptedProducts: (fleetId) => trust.acceptedProducts(fleetId),
  });
  const releases = composeReleases({
    ...ports,
    store,
    timers,
    trust: releaseTrust,
    tally,
    maxUploadBytes: () => settings.current.maxUploadBytes,
    deltaRule: () => ({
      bases: settings.current.deltaBases,
      limitMs: settings.current.deltaTimeLimitMs,
      memoryBytes: settings.current.deltaMemoryBytes,
      // Gigabytes and minutes of somebody's laptop are not taken unasked.
      isDefault: shell.shell === "server",
    }),
    keptReleases: () => settings.current.keptReleasesPerApplication,
    startForChannel: (unit, move) => rollouts.starter.startForChannel(unit, move),
  });
  const hosts = composeHosts({
    ...ports,
    store,
    trust,
    tally,
    settings: () => settings.current,
    listenUrls: () => shell.listenUrls(),
    certificatePin: () => shell.certificatePin(),
    localAgent: () => shell.localAgent(),
    rollouts: { ...countObservations(rollouts.seam, tally), ...rollouts.fleetSeam },
  });
  const home = new HomeService(store, clock, {
    ...hosts.overview,
    rollouts: (scope, filter) => rollouts.list(scope, filter),
    trustRoles: () => trust.roles(),
    awaitedSignatures: () => trust.awaitedSignatures(),
  });
  const startedAt = clock.now();
  const connectedHosts = () => hosts.link.connectedHosts;
  const status = () => readSystemStatus({ ...ports, store, trust, settings: () => settings.current, startedAt, connectedHosts, shell });
  const metrics = new MetricsService({ store, tally, status, awaitedSignatures: () => trust.awaitedSignatures() });
  return { store, metrics, settings, access, audit, timers, trust, releases, rollouts, hosts, home, shell, status };
}

function scheduleJobs({ store, settings, access, audit, timers, trust, releases, rollouts, hosts }: Parts): void {
  timers.on("audit-seal", async () => {
    await audit.seal();
    await store.write((unit) => timers.schedule(unit, "audit-seal", "all", unit.now + SEAL_MS));
  });
  timers.on("housekeeping", async () => {
    await pruneEvents(store);
    await releases.sweep();
    await hosts.prune();
    await access.prune(settings.current.hostEventRetentionMs);
    await rollouts.prune(settings.current.hostEventRetentionMs, settings.current.rolloutRetentionMs);
    await store.write((unit) => timers.schedule(unit, "housekeeping", "all", unit.now + HOUSEKEEPING_MS));
  });
  timers.on("trust-renewal", async () => {
    const dueAt = await trust.renew();
    await store.write((unit) => timers.schedule(unit, "trust-renewal", "all", dueAt));
  });
}

async function start({ store, timers, releases, rollouts, hosts }: Parts): Promise<void> {
  await releases.recover();
  await store.write(async (unit) => {
    await timers.schedule(unit, "audit-seal", "all", unit.now);
    await timers.schedule(unit, "housekeeping", "all", unit.now);
    await timers.schedule(unit, "trust-renewal", "all", unit.now);
  });
  await rollouts.start();
  await hosts.link.start();
  timers.start();
}

async function stop({ store, audit, timers, releases, rollouts, hosts }: Parts): Promise<void> {
  await hosts.link.stop();
  await timers.stop();
  await rollouts.stop();
  await releases.stop();
  await audit.seal();
  await store.close();
}
