import { unpackArchive } from "#main/node/archive/unpack-archive.ts";

// A process of its own, so that a test can kill it.
const [archive = "", folder = ""] = process.argv.slice(2);
await unpackArchive({
  archive,
  folder,
  temporary: `${folder}.unpacking`,
  checkRoom: () => Promise.resolve(),
  beforeVisible: () => Promise.resolve(),
});
