import { createSecretKey, hash, randomBytes, type KeyObject } from "node:crypto";
import { AppError } from "#shared/errors/app-error.ts";
import { writeFileAtomic } from "#main/node/atomic-write.ts";
import { isNotFound } from "#main/node/disk-error.ts";
import type { NodeFs } from "#main/node/node-fs.ts";
import { toPathError } from "#main/node/path-error.ts";

const KEY_BYTES = 32;

/** A key with the name by which the document knows it: a digest of 32 random bytes gives nothing of them away. */
export type NamedKey = { readonly key: KeyObject; readonly keyId: string };

/** Names a key of 32 random bytes. */
export function namedKey(bytes: Uint8Array): NamedKey {
  return { key: createSecretKey(bytes), keyId: hash("sha256", Buffer.concat([Buffer.from("rollcall.secrets-key\0"), bytes])).slice(0, 16) };
}

/** Reads a key file; undefined when there is none. @throws AppError INPUT_INVALID for a file that holds no key. */
export async function readKeyFile(path: string, fs: NodeFs): Promise<NamedKey | undefined> {
  const bytes = await fs.readFile(path).catch((thrown: unknown) => {
    if (isNotFound(thrown)) return undefined;
    throw toPathError(thrown, "nothing was opened with it");
  });
  if (bytes === undefined) return undefined;
  if (bytes.length === KEY_BYTES) return namedKey(bytes);
  throw new AppError(
    "INPUT_INVALID",
    `${path} is no key file: it holds ${bytes.length} bytes, not ${KEY_BYTES} random ones; nothing was opened with it.`,
  );
}

/** Makes a key and writes it durably, readable by its owner only. @throws AppError ENV_DISK_FULL, INPUT_INVALID for a path that cannot be written. */
export async function makeKeyFile(pathOf: (keyId: string) => string, fs: NodeFs): Promise<NamedKey> {
  const bytes = randomBytes(KEY_BYTES);
  const made = namedKey(bytes);
  await writeFileAtomic(pathOf(made.keyId), bytes, 0o600, fs).catch((thrown: unknown) => {
    throw toPathError(thrown, "no key was made");
  });
  return made;
}
