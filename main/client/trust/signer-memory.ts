import { z } from "zod";
import { trustKeyId } from "#shared/domain/trust/trust-key.ts";
import { epochMs, sha256Hex } from "#shared/lib/scalars.ts";
import { writeFileAtomic } from "#main/node/atomic-write.ts";
import { isNotFound } from "#main/node/disk-error.ts";
import { readBoundedFile } from "#main/node/read-bounded-file.ts";
import { AppError } from "#shared/errors/app-error.ts";

const MAX_MEMORY_BYTES = 128 * 2 ** 20;
/** Drafts that were signed and never came into force are followed by others of the same version; so a few are kept. */
const KEPT_VERSIONS = 3;

/** The signed part of one document as text. */
export type RememberedDocument = z.infer<typeof remembered>;

const remembered = z.object({ role: z.string().max(140), version: z.int().min(1), text: z.string() });

const controlPlaneMemory = z.object({
  rootSha256: sha256Hex,
  name: z.string().max(80),
  seenAt: epochMs,
  documents: z.array(remembered).max(5000),
  files: z.array(z.object({ sha256: sha256Hex, text: z.string() })).max(5000),
  labels: z.array(z.object({ keyId: trustKeyId, label: z.string().max(100) })).max(1000),
});
/** What a key's holder has signed for one control plane, by its first root. */
export type ControlPlaneMemory = z.infer<typeof controlPlaneMemory>;

const memoryFile = z.object({
  kind: z.literal("rollcall.signer-memory"),
  v: z.literal(1),
  controlPlanes: z.array(controlPlaneMemory).max(100),
});
/** What a signer remembers, beside its key. It holds nothing secret: signed documents are public. */
export type SignerMemory = z.infer<typeof memoryFile>;

const NOTHING: SignerMemory = { kind: "rollcall.signer-memory", v: 1, controlPlanes: [] };

/** Where the memory of a key file lies. */
export function memoryPath(keyPath: string): string {
  return `${keyPath}.seen.json`;
}

/** @throws AppError ENV_DATA_CORRUPT for a memory that cannot be read: forgetting in silence would make every trick look new. */
export async function readMemory(keyPath: string): Promise<SignerMemory> {
  const path = memoryPath(keyPath);
  let text: string;
  try {
    text = (await readBoundedFile(path, MAX_MEMORY_BYTES)).toString("utf8");
  } catch (thrown) {
    if (isNotFound(thrown)) return NOTHING;
    throw thrown;
  }
  try {
    return memoryFile.parse(JSON.parse(text));
  } catch (cause) {
    throw new AppError("ENV_DATA_CORRUPT", `${path}, which remembers what was signed, is damaged; nothing was signed.`, { cause });
  }
}

/** Adds what was signed now. */
export async function writeMemory(keyPath: string, memory: SignerMemory, added: ControlPlaneMemory): Promise<void> {
  const old = memory.controlPlanes.find((one) => one.rootSha256 === added.rootSha256);
  const merged = old === undefined ? added : merge(old, added);
  const controlPlanes = [...memory.controlPlanes.filter((one) => one !== old), merged];
  await writeFileAtomic(memoryPath(keyPath), JSON.stringify({ ...memory, controlPlanes }), 0o600);
}

function merge(old: ControlPlaneMemory, added: ControlPlaneMemory): ControlPlaneMemory {
  const isNew = ({ role, version }: { readonly role: string; readonly version: number }): boolean =>
    added.documents.every((one) => one.role !== role || one.version !== version);
  const documents = [...old.documents.filter(isNew), ...added.documents];
  return {
    ...added,
    documents: documents.filter(
      (one) => documents.filter((other) => other.role === one.role && other.version > one.version).length < KEPT_VERSIONS,
    ),
    files: [...new Map([...old.files, ...added.files].map((one) => [one.sha256, one])).values()],
    labels: [...new Map([...old.labels, ...added.labels].map((one) => [one.keyId, one])).values()],
  };
}
