import { join } from "node:path";
import { forkDeltaProcess } from "#main/adapters/delta-process/fork-delta-process.ts";
import { openDeltaMaker } from "#main/adapters/delta-process/open-delta-maker.ts";
import { openEncryptedFileSecrets } from "#main/adapters/encrypted-file-secrets/open-encrypted-file-secrets.ts";
import { StoredSigner } from "#main/adapters/stored-signer/stored-signer.ts";
import { openFsBlobStore } from "#main/adapters/fs-blob-store/fs-blob-store.ts";
import { openFsTrustFiles } from "#main/adapters/fs-trust-files/fs-trust-files.ts";
import { openFsUploadFiles } from "#main/adapters/fs-upload-files/fs-upload-files.ts";
import { releaseStoreOpener } from "#main/adapters/release-stores/open-release-store.ts";
import { openDatabase } from "#main/adapters/sqlite/open-database.ts";
import { systemClock } from "#main/adapters/system/system-clock.ts";
import { systemIds } from "#main/adapters/system/system-ids.ts";
import { composeControlPlane, type ControlPlane, type ControlPlanePorts } from "#main/control-plane/compose.ts";
import { quietLogger } from "#test/fakes/quiet-logger.ts";

/**
 * The real control plane on real adapters in a folder of the caller's, who stops it: for tests that start it again, and for programs of tests.
 *
 * `ports` replaces single adapters, such as the clock.
 */
export async function startControlPlane(folder: string, ports: Partial<ControlPlanePorts> = {}): Promise<ControlPlane> {
  const secrets = await openEncryptedFileSecrets(folder, { kind: "own-key" });
  const plane = await composeControlPlane(
    {
      database: await openDatabase(folder),
      clock: systemClock,
      ids: systemIds,
      logger: quietLogger(),
      secrets,
      signer: new StoredSigner(secrets),
      blobs: await openFsBlobStore(join(folder, "store")),
      trustFiles: await openFsTrustFiles(join(folder, "trust")),
      uploadFiles: await openFsUploadFiles(join(folder, "uploads")),
      openReleaseStore: releaseStoreOpener({
        clock: ports.clock ?? systemClock,
        logger: quietLogger(),
        dataFolder: folder,
        dockerFolder: join(folder, "docker"),
        version: "0.0.0-test",
      }),
      deltaMaker: await openDeltaMaker({ folder: join(folder, "deltas"), start: forkDeltaProcess, logger: quietLogger() }),
      ...ports,
    },
    {
      shell: "server",
      version: "0.0.0-test",
      dataFolder: folder,
      localAgent: () => undefined,
      listenUrls: () => ["http://127.0.0.1:1"],
      certificatePin: () => undefined,
      loginUrl: (secret) => `http://127.0.0.1:1/login#${secret}`,
    },
  );
  await plane.start();
  return plane;
}
