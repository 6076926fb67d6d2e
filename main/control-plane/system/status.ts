import type { SystemStatus } from "#shared/contract/system.ts";
import type { Settings } from "#shared/contract/administration.ts";
import type { Store } from "../db/store.ts";
import type { BlobStore } from "../ports/blob-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { SecretStore } from "../ports/secret-store.ts";
import type { TrustService } from "../trust/service.ts";

/** What the status is read from. */
export type StatusParts = {
  readonly store: Store;
  readonly clock: Clock;
  readonly blobs: Pick<BlobStore, "usage">;
  readonly trust: Pick<TrustService, "mode" | "rootSha256" | "roles">;
  readonly secrets: Pick<SecretStore, "protection">;
  readonly settings: () => Settings;
  readonly startedAt: number;
  readonly connectedHosts: () => number;
  readonly shell: Pick<SystemStatus, "version" | "shell"> & { readonly dataFolder: string; listenUrls(): readonly string[] };
};

/** How the control plane itself does, for a person with a pager. */
export async function readSystemStatus(parts: StatusParts): Promise<SystemStatus> {
  const { store, shell } = parts;
  const [usage, databaseBytes, hosts] = await Promise.all([
    parts.blobs.usage(),
    store.database.sizeBytes(),
    store.read
      .selectFrom("hosts")
      .select((eb) => eb.fn.countAll<number>().as("count"))
      .where("state", "<>", "revoked")
      .executeTakeFirstOrThrow(),
  ]);
  const { mode, rootSha256 } = parts.trust;
  return {
    version: shell.version,
    name: parts.settings().name,
    now: parts.clock.now(),
    startedAt: parts.startedAt,
    shell: shell.shell,
    urls: [...shell.listenUrls()],
    trust: {
      mode,
      rootSha256,
      expires: parts.trust.roles().map(({ role, expiresAt, lifetimeMs }) => ({ role, at: expiresAt, lifetimeMs })),
    },
    storage: { dataFolder: shell.dataFolder, databaseBytes, ...usage },
    secrets: { protection: parts.secrets.protection },
    agents: { connected: parts.connectedHosts(), enrolled: hosts.count },
  };
}
