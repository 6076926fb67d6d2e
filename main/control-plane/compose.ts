import { AccessService } from "./access/service.ts";
import { accessHandlers } from "./access/handlers.ts";
import { auditHandlers } from "./audit/handlers.ts";
import { AuditService } from "./audit/service.ts";
import { openStore, type Store } from "./db/store.ts";
import { Timers } from "./jobs/timers.ts";
import { pruneEvents } from "./live/live-feed.ts";
import type { BlobStore } from "./ports/blob-store.ts";
import type { Clock } from "./ports/clock.ts";
import type { Database } from "./ports/database.ts";
import type { Ids } from "./ports/ids.ts";
import type { Logger } from "./ports/logger.ts";
import type { Signer } from "./ports/signer.ts";
import type { TrustFiles } from "./ports/trust-files.ts";
import { settingsHandlers } from "./settings/handlers.ts";
import { SettingsService } from "./settings/service.ts";
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
  readonly blobs: BlobStore;
  readonly trustFiles: TrustFiles;
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
  /** Resumes what was under way and begins to serve timers. */
  start(): Promise<void>;
  /** Seals the audit and closes the database; nothing may be called after it. */
  stop(): Promise<void>;
};

const HOUSEKEEPING_MS = 15 * 60_000;

type Parts = {
  readonly store: Store;
  readonly settings: SettingsService;
  readonly access: AccessService;
  readonly audit: AuditService;
  readonly trust: TrustService;
  readonly shell: ShellFacts;
};

function makeRouter(parts: Parts) {
  return {
    settings: settingsHandlers(parts.settings),
    access: accessHandlers(parts.access, (secret) => parts.shell.loginUrl(secret)),
    audit: auditHandlers(parts.audit),
    trust: trustHandlers(parts.trust),
  };
}

/** The composition root: the only place where the features of the control plane meet. */
export async function composeControlPlane(ports: ControlPlanePorts, shell: ShellFacts): Promise<ControlPlane> {
  const { clock, ids, logger } = ports;
  const store = await openStore(ports.database, clock);
  const settings = new SettingsService(store);
  await settings.load();
  const access = new AccessService(store, clock, ids);
  const audit = new AuditService(store, ports.signer, clock);
  const timers = new Timers(store, clock, ids, logger);
  const trust = await openTrust(ports.trustFiles, ports.signer, clock);

  timers.on("housekeeping", async () => {
    await audit.seal();
    await pruneEvents(store);
    await store.write((unit) => timers.schedule(unit, "housekeeping", "all", unit.now + HOUSEKEEPING_MS));
  });

  timers.on("trust-renewal", async () => {
    const dueAt = await trust.renew();
    await store.write((unit) => timers.schedule(unit, "trust-renewal", "all", dueAt));
  });

  return {
    router: makeRouter({ store, settings, access, audit, trust, shell }),
    store,
    access,
    settings,
    trust,
    start: async () => {
      await store.write(async (unit) => {
        await timers.schedule(unit, "housekeeping", "all", unit.now);
        await timers.schedule(unit, "trust-renewal", "all", unit.now);
      });
      timers.start();
    },
    stop: async () => {
      await timers.stop();
      await audit.seal();
      await store.close();
    },
  };
}
