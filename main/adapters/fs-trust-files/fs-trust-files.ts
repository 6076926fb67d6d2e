import { join } from "node:path";
import { AppError } from "#shared/errors/app-error.ts";
import type { TrustFiles } from "#main/control-plane/ports/trust-files.ts";
import { nodeFs, type NodeFs } from "#main/node/node-fs.ts";
import { writeFileAtomic } from "#main/node/atomic-write.ts";
import { isNotFound } from "#main/node/disk-error.ts";

const NAME = /^[a-z0-9][a-z0-9.-]{0,200}\.json$/;

/** Keeps the TUF repository's files in one folder, which is made when it is missing. */
export async function openFsTrustFiles(folder: string, fs: NodeFs = nodeFs): Promise<TrustFiles> {
  await fs.mkdir(folder, { recursive: true, mode: 0o700 });
  return {
    read: async (name) => (NAME.test(name) ? readOptional(join(folder, name), fs) : undefined),
    write: async (name, bytes) => writeFileAtomic(filePath(folder, name), bytes, 0o600, fs),
    remove: async (name) => fs.rm(filePath(folder, name), { force: true }),
    list: async () => (await fs.readdir(folder)).filter((name) => NAME.test(name)),
  };
}

async function readOptional(path: string, fs: NodeFs): Promise<Uint8Array | undefined> {
  try {
    return new Uint8Array(await fs.readFile(path));
  } catch (thrown) {
    if (isNotFound(thrown)) return undefined;
    throw thrown;
  }
}

/** Keeps whatever is not a plain metadata name from becoming a path. */
function filePath(folder: string, name: string): string {
  if (!NAME.test(name)) throw new AppError("NOT_FOUND", "There is no trust metadata of this name.");
  return join(folder, name);
}
