import { join } from "node:path";
import { forkDeltaProcess } from "#main/adapters/delta-process/fork-delta-process.ts";
import { DELTA_FOLDER, type StartDeltaProcess } from "#main/adapters/delta-process/delta-messages.ts";
import { openDeltaMaker } from "#main/adapters/delta-process/open-delta-maker.ts";
import { openFsBlobStore } from "#main/adapters/fs-blob-store/fs-blob-store.ts";
import { openFsTrustFiles } from "#main/adapters/fs-trust-files/fs-trust-files.ts";
import { openFsUploadFiles } from "#main/adapters/fs-upload-files/fs-upload-files.ts";
import { releaseStoreOpener } from "#main/adapters/release-stores/open-release-store.ts";
import { openDatabase } from "#main/adapters/sqlite/open-database.ts";
import { StoredSigner } from "#main/adapters/stored-signer/stored-signer.ts";
import { takeOverKeyFiles } from "#main/adapters/stored-signer/take-over-key-files.ts";
import { systemClock } from "#main/adapters/system/system-clock.ts";
import { systemIds } from "#main/adapters/system/system-ids.ts";
import type { FileLock } from "#main/node/file-lock.ts";
import { composeControlPlane, type ControlPlane, type ShellFacts } from "#main/control-plane/compose.ts";
import type { BlobStore } from "#main/control-plane/ports/blob-store.ts";
import type { Database } from "#main/control-plane/ports/database.ts";
import type { SecretStore } from "#main/control-plane/ports/secret-store.ts";
import type { Logger } from "#main/control-plane/ports/logger.ts";
import type { UploadFiles } from "#main/control-plane/ports/upload-files.ts";
import { DOCKER_FOLDER } from "./docker-config.ts";
import { lockDataFolder } from "./lock-data-folder.ts";
import { prepareDataFolder } from "./prepare-data-folder.ts";

/** A control plane over the real things of this machine, with what shells serve directly. */
export type OpenedControlPlane = {
  readonly plane: ControlPlane;
  readonly blobs: BlobStore;
  readonly uploadFiles: UploadFiles;
  readonly uploadFolder: string;
  readonly secrets: SecretStore;
  /** Stops the control plane and gives the data folder back. */
  close(): Promise<void>;
};

/** Opens the secrets of a data folder; called when the folder is locked, before anything else in it is touched. */
export type OpenSecrets = (dataFolder: string) => Promise<SecretStore>;

/**
 * Takes the data folder, opens everything in it and composes the control plane; nothing runs before `plane.start()`.
 *
 * @throws AppError INPUT_INVALID for a path that is no folder, ENV_DATA_IN_USE, ENV_DATA_NEWER, ENV_DATA_CORRUPT, ENV_DISK_FULL or
 *   ENV_SECRETS_LOCKED; the folder is left as it was.
 */
export async function openControlPlane(
  shell: ShellFacts,
  logger: Logger,
  openSecrets: OpenSecrets,
  startDeltaProcess: StartDeltaProcess = forkDeltaProcess,
): Promise<OpenedControlPlane> {
  const folder = shell.dataFolder;
  await prepareDataFolder(folder, ["blobs", "trust", "uploads", "tls", "keys"], logger);
  const lock = await lockDataFolder(folder);
  try {
    const secrets = await openSecrets(folder);
    await takeOverKeyFiles(join(folder, "keys"), secrets);
    const database = await openDatabase(folder);
    return await compose(shell, logger, { database, secrets, startDeltaProcess }, lock).catch(async (thrown: unknown) => {
      await database.close();
      throw thrown;
    });
  } catch (thrown) {
    lock.release();
    throw thrown;
  }
}

async function compose(
  shell: ShellFacts,
  logger: Logger,
  { startDeltaProcess, ...opened }: { database: Database; secrets: SecretStore; startDeltaProcess: StartDeltaProcess },
  lock: FileLock,
): Promise<OpenedControlPlane> {
  const folder = shell.dataFolder;
  const uploadFolder = join(folder, "uploads");
  const [blobs, trustFiles, uploadFiles, deltaMaker] = await Promise.all([
    openFsBlobStore(join(folder, "blobs")),
    openFsTrustFiles(join(folder, "trust")),
    openFsUploadFiles(uploadFolder),
    openDeltaMaker({ folder: join(folder, DELTA_FOLDER), start: startDeltaProcess, logger }),
  ]);
  const signer = new StoredSigner(opened.secrets);
  const ports = {
    ...opened,
    clock: systemClock,
    ids: systemIds,
    logger,
    signer,
    blobs,
    trustFiles,
    uploadFiles,
    deltaMaker,
    openReleaseStore: releaseStoreOpener({
      clock: systemClock,
      logger,
      dataFolder: folder,
      dockerFolder: DOCKER_FOLDER,
      version: shell.version,
    }),
  };
  const plane = await composeControlPlane(ports, shell);
  return { plane, blobs, uploadFiles, uploadFolder, secrets: opened.secrets, close: () => plane.stop().finally(() => lock.release()) };
}
