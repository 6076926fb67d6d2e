import { z } from "zod";
import { AppError } from "#shared/errors/app-error.ts";
import { sha256Hex, sizeBytes } from "#shared/lib/scalars.ts";
import type { TaggedDescriptor } from "#main/control-plane/ports/blob-store.ts";
import type { NodeFs } from "#main/node/node-fs.ts";
import { writeFileAtomic } from "#main/node/atomic-write.ts";
import { OneAtATime } from "#main/node/one-at-a-time.ts";
import { isNotFound } from "#main/node/disk-error.ts";

const REF_NAME = "org.opencontainers.image.ref.name";
const INDEX_MEDIA_TYPE = "application/vnd.oci.image.index.v1+json";

const indexDocument = z.looseObject({
  schemaVersion: z.literal(2),
  manifests: z.array(
    z.object({
      mediaType: z.string(),
      digest: z.templateLiteral(["sha256:", sha256Hex]),
      size: sizeBytes,
      artifactType: z.string().optional(),
      annotations: z.object({ [REF_NAME]: z.string() }),
    }),
  ),
});

type Entry = { readonly repository: string; readonly tag: string; readonly target: TaggedDescriptor };

/**
 * The layout's `index.json`: one entry per tag, named `<repository>:<tag>`. Writes are one at a time, and the memory
 * changes only after the file did.
 */
export class LayoutIndex {
  readonly #path: string;
  readonly #fs: NodeFs;
  #entries: ReadonlyMap<string, Entry>;
  readonly #writes = new OneAtATime();

  private constructor(path: string, fs: NodeFs, entries: ReadonlyMap<string, Entry>) {
    this.#path = path;
    this.#fs = fs;
    this.#entries = entries;
  }

  /** @throws AppError ENV_DATA_CORRUPT when the file is there and cannot be understood. */
  static async open(path: string, fs: NodeFs): Promise<LayoutIndex> {
    const index = new LayoutIndex(path, fs, await readEntries(path, fs));
    if (index.#entries.size === 0) await index.#replace(index.#entries);
    return index;
  }

  /** See BlobStore.tags. */
  list(repository?: string): readonly Entry[] {
    return [...this.#entries.values()]
      .filter((entry) => repository === undefined || entry.repository === repository)
      .toSorted((left, right) => compareText(left.repository, right.repository) || compareText(left.tag, right.tag));
  }

  /** See BlobStore.setTag. */
  set(repository: string, tag: string, target: TaggedDescriptor): Promise<void> {
    return this.#writes.run(() => this.#replace(new Map([...this.#entries, [`${repository}:${tag}`, { repository, tag, target }]])));
  }

  /** See BlobStore.removeTag. */
  remove(repository: string, tag: string): Promise<void> {
    return this.#writes.run(() => this.#replace(new Map([...this.#entries].filter(([name]) => name !== `${repository}:${tag}`))));
  }

  async #replace(entries: ReadonlyMap<string, Entry>): Promise<void> {
    const manifests = [...entries].map(([name, { target }]) => ({
      mediaType: target.mediaType,
      digest: `sha256:${target.sha256}`,
      size: target.sizeBytes,
      ...(target.artifactType === undefined ? {} : { artifactType: target.artifactType }),
      annotations: { [REF_NAME]: name },
    }));
    await writeFileAtomic(this.#path, JSON.stringify({ schemaVersion: 2, mediaType: INDEX_MEDIA_TYPE, manifests }), 0o600, this.#fs);
    this.#entries = entries;
  }
}

async function readEntries(path: string, fs: NodeFs): Promise<ReadonlyMap<string, Entry>> {
  try {
    const document = indexDocument.parse(JSON.parse(await fs.readFile(path, "utf8")));
    return new Map(document.manifests.map((one) => [one.annotations[REF_NAME], toEntry(one)]));
  } catch (cause) {
    if (isNotFound(cause)) return new Map();
    throw new AppError("ENV_DATA_CORRUPT", `The index of the release store is damaged and was left as it is at ${path}.`, { cause });
  }
}

function toEntry(one: z.infer<typeof indexDocument>["manifests"][number]): Entry {
  const name = one.annotations[REF_NAME];
  const colon = name.lastIndexOf(":");
  const target = { mediaType: one.mediaType, sha256: one.digest.slice("sha256:".length), sizeBytes: one.size };
  return {
    repository: name.slice(0, colon),
    tag: name.slice(colon + 1),
    target: one.artifactType === undefined ? target : { ...target, artifactType: one.artifactType },
  };
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
