import { pino } from "pino";
import { TargetReader } from "#main/agent/trust/target-reader.ts";
import { TrustRefresh, type RefreshPorts } from "#main/agent/trust/trust-refresh.ts";
import { checkEnvelope, type MetadataSource } from "#main/agent/trust/metadata-fetcher.ts";
import { releaseManifest } from "#shared/domain/release/manifest.ts";

type Kept = RefreshPorts["kept"];

/** Accepted metadata in memory: a trial costs no disk. */
export function keptInMemory(files: ReadonlyMap<string, Buffer>): Kept & { readonly files: Map<string, Buffer> } {
  const kept = new Map(files);
  return {
    files: kept,
    read: (role) => Promise.resolve(kept.get(role)),
    version: (role) => {
      const document = kept.get(role);
      return Promise.resolve(document && (JSON.parse(document.toString("utf8")) as { signed: { version: number } }).signed.version);
    },
    keep: (role, bytes) => {
      kept.set(role, Buffer.from(bytes));
      return Promise.resolve();
    },
  };
}

/** What a repository serves, by name. */
type Served = { readonly metadata: ReadonlyMap<string, Buffer>; readonly targets: ReadonlyMap<string, Buffer> };

/** The files of a repository as a source, the envelope's check included. `lies` go first. */
export function sourceOf(repository: Served, lies: ReadonlyMap<string, Buffer>): MetadataSource {
  const read = (files: ReadonlyMap<string, Buffer>, name: string): Buffer | undefined => lies.get(name) ?? files.get(name);
  return {
    metadata: (name) => {
      const bytes = read(repository.metadata, name);
      return Promise.resolve().then(() => {
        if (bytes !== undefined) checkEnvelope(name, bytes);
        return bytes;
      });
    },
    target: (path) => Promise.resolve(read(repository.targets, path) ?? Buffer.alloc(0)),
  };
}

/** One whole verification as an agent does it, without the wire and the disk. Resolves when everything was accepted. */
export async function verify(source: MetadataSource, kept: Kept, trustRoot: Uint8Array, path: string): Promise<void> {
  const logger = pino({ level: "silent" });
  const refresh = await TrustRefresh.run({ source, kept, trustRoot, logger, serverOffsetMs: () => undefined });
  const target = await refresh.findTarget(path);
  if (target === undefined) throw new Error("nothing signed names it");
  await new TargetReader().read(source, target, releaseManifest);
}
