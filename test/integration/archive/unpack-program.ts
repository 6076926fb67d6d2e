import { unpackArchive } from "#main/node/archive/unpack-archive.ts";
import { nodeFs, type NodeFs } from "#main/node/node-fs.ts";

// A process of its own, so that a test can kill it: it tells of each file and folder that it opens.
const fs: NodeFs = {
  ...nodeFs,
  open: (...args) => {
    process.send?.("open");
    return nodeFs.open(...args);
  },
};
const [archive = "", folder = ""] = process.argv.slice(2);
await unpackArchive({
  archive,
  folder,
  temporary: `${folder}.unpacking`,
  fs,
  checkRoom: () => Promise.resolve(),
  beforeVisible: () => Promise.resolve(),
});
process.disconnect();
