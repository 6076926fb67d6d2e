import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { unpackArchive, type Unpacked, type Unpacking } from "#main/node/archive/unpack-archive.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";

/** An archive in a folder of its own, and what is needed to unpack it beside. */
export async function archiveOf(bytes: Buffer) {
  const parent = await tempFolder();
  const archive = join(parent, "release.archive");
  const slots = join(parent, "slots");
  await mkdir(slots);
  await writeFile(archive, bytes);
  const folder = join(slots, "tree");
  const temporary = join(slots, "tree.unpacking");
  const unpack = (more: Partial<Unpacking> = {}): Promise<Unpacked> =>
    unpackArchive({
      archive,
      folder,
      temporary,
      checkRoom: () => Promise.resolve(),
      beforeVisible: () => Promise.resolve(),
      ...more,
    });
  return { parent, archive, slots, folder, temporary, unpack, left: () => readdir(slots) };
}
