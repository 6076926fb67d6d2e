import { isAbsolute, relative, resolve } from "node:path";
import { AppError } from "#shared/errors/app-error.ts";
import type { StoreSettings } from "#shared/domain/store/store.ts";
import type { ReleaseStore } from "#main/control-plane/ports/release-store.ts";
import { FolderStore } from "./folder-store.ts";

/**
 * Opens a folder as a store.
 *
 * @param dataFolder the control plane's own folder, in which no store may lie, nor the other way round.
 * @throws AppError INPUT_INVALID for a path that is not absolute or meets the data folder.
 */
export function openFolderStore(settings: Extract<StoreSettings, { kind: "folder" }>, dataFolder: string): ReleaseStore {
  const { path, publicUrl } = settings;
  if (!isAbsolute(path)) throw new AppError("INPUT_INVALID", `The folder ${path} is not given by its whole path; nothing was done.`);
  const root = resolve(path);
  if (contains(root, resolve(dataFolder)) || contains(resolve(dataFolder), root))
    throw new AppError("INPUT_INVALID", `The folder ${path} and the data folder of Rollcall lie in each other; choose another one.`);
  return new FolderStore(root, publicUrl);
}

function contains(outer: string, inner: string): boolean {
  const way = relative(outer, inner);
  return way === "" || (!way.startsWith("..") && !isAbsolute(way));
}
