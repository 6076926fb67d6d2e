import { AppError } from "#shared/errors/app-error.ts";
import type { Clock } from "#main/control-plane/ports/clock.ts";
import type { Logger } from "#main/control-plane/ports/logger.ts";
import type { OpenReleaseStore } from "#main/control-plane/ports/release-store.ts";
import { openFolderStore } from "../folder-store/open-folder-store.ts";
import { openGithubStore } from "../github-releases/open-github-store.ts";
import { openOciStore } from "../oci-registry/oci-store.ts";

/** What stores take from the program around them. */
export type StoreSurroundings = {
  readonly clock: Clock;
  readonly logger: Logger;
  /** The control plane's own folder, in which no store may lie. */
  readonly dataFolder: string;
  /** The folder of docker's `config.json`, for registries that are reached with the account's own credentials. */
  readonly dockerFolder: string;
  /** The version of this build, which names us to others. */
  readonly version: string;
};

/** Opens any kind of store but the local one, which the control plane holds itself. */
export function releaseStoreOpener(surroundings: StoreSurroundings): OpenReleaseStore {
  const { clock, logger, dataFolder, dockerFolder, version } = surroundings;
  return (settings, readSecret) => {
    switch (settings.kind) {
      case "oci":
        return openOciStore(settings, readSecret, { clock, dockerFolder });
      case "github":
        return openGithubStore(settings, readSecret, { clock, logger, userAgent: `rollcall/${version}` });
      case "folder":
        return openFolderStore(settings, dataFolder);
      case "local":
        throw new AppError("INTERNAL", "The local store is no store to be opened.");
    }
  };
}
