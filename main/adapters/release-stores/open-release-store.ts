import { AppError } from "#shared/errors/app-error.ts";
import type { OpenReleaseStore } from "#main/control-plane/ports/release-store.ts";
import { openFolderStore } from "../folder-store/open-folder-store.ts";

/**
 * Opens any kind of store for a control plane whose own data lies in `dataFolder`, which no store may be in.
 *
 * @throws AppError ENV_UNSUPPORTED for a kind that this build cannot open.
 */
export function releaseStoreOpener(dataFolder: string): OpenReleaseStore {
  return (settings) => {
    switch (settings.kind) {
      case "folder":
        return openFolderStore(settings, dataFolder);
      case "local":
      case "oci":
      case "github":
        throw new AppError("ENV_UNSUPPORTED", `This build cannot open stores of the kind ${settings.kind}; nothing was done.`);
    }
  };
}
