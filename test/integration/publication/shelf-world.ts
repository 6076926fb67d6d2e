import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { openFolderStore } from "#main/adapters/folder-store/open-folder-store.ts";
import type { ControlPlanePorts } from "#main/control-plane/compose.ts";
import type { OpenReleaseStore } from "#main/control-plane/ports/release-store.ts";
import type { StoreEntry } from "#shared/domain/store/store.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";
import { GatedStores } from "#test/fakes/gated-store.ts";
import { PublicationFixture } from "./publication-fixture.ts";

const openFolder: OpenReleaseStore = (settings) => {
  if (settings.kind !== "folder") throw new Error("only folders here");
  return openFolderStore(settings, "/nowhere");
};

/** A control plane with two folders as stores, whose steps the test can hold up or fail. */
export type ShelfWorld = {
  readonly fixture: PublicationFixture;
  readonly stores: GatedStores;
  readonly shelf: StoreEntry;
  readonly attic: StoreEntry;
  readonly folder: string;
};

/** Opens it. `ports` replaces single adapters of the control plane. */
export async function shelfWorld(ports: Partial<ControlPlanePorts> = {}): Promise<ShelfWorld> {
  const folder = await tempFolder();
  for (const name of ["shelf", "attic"]) await mkdir(join(folder, name));
  const stores = new GatedStores(openFolder);
  const fixture = await PublicationFixture.open({ openReleaseStore: stores.open, ...ports });
  const at = (name: string) => ({ name, settings: { kind: "folder" as const, path: join(folder, name) } });
  return { fixture, stores, folder, shelf: await fixture.addStore(at("shelf")), attic: await fixture.addStore(at("attic")) };
}
