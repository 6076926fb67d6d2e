import { createReadStream } from "node:fs";
import { copyFile, link, mkdir, readdir, rename, rm } from "node:fs/promises";
import { hash } from "node:crypto";
import { join } from "node:path";
import { z } from "zod";
import { INSPECTED_BYTES } from "#shared/domain/artifact/inspect.ts";
import { releaseManifest, type ReleaseManifest } from "#shared/domain/release/manifest.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { DigestMeter, type Measurement } from "#main/node/digest-meter.ts";
import { fileSize } from "#main/node/file-size.ts";
import { OneAtATime } from "#main/node/one-at-a-time.ts";
import { sha256OfFile } from "#main/node/sha256-of-file.ts";
import type { BodyPace } from "../../net/body-pace.ts";
import { DurableDocument } from "../../state/durable-document.ts";
import { checkRoom } from "../../update/disk-room.ts";
import { forgetDownload } from "../../update/download.ts";
import { requireListed } from "./checksums.ts";
import type { PlainFile } from "./plain-file.ts";
import { plainManifest, type PlainTerms } from "./plain-manifest.ts";

const MAX_KNOWN = 16;
const record = z.object({
  schema: z.literal(1),
  files: z.array(z.object({ fingerprint: z.string().max(4000), manifest: releaseManifest })).max(MAX_KNOWN),
});
type Known = z.infer<typeof record>["files"][number];

/** What bringing plain files here takes. */
export type PlainShelfPorts = {
  /** Of this product alone. */
  readonly folder: string;
  readonly terms: PlainTerms;
  readonly checksums: string | undefined;
  readonly maxBytes: number;
  readonly pace: BodyPace;
  readonly now: () => number;
};

/**
 * Plain files on their way to a slot. Nobody says beforehand what they are, so they are brought here and measured before
 * there is a release to speak of.
 *
 *     <folder>/known.json       what the last files were, so that a file that is still there is not brought again
 *     <folder>/incoming-…       a file as it arrives, built on after a cut
 *     <folder>/<sha256>         the last one whole; it shares its bytes with its slot and takes no room of its own
 */
export class PlainShelf {
  readonly #ports: PlainShelfPorts;
  /** Of bringing and handing over, which may take long. */
  readonly #turns = new OneAtATime();
  readonly #writes = new OneAtATime();
  readonly #record: DurableDocument<z.infer<typeof record>>;

  constructor(ports: PlainShelfPorts) {
    this.#ports = ports;
    this.#record = new DurableDocument(join(ports.folder, "known.json"), record);
  }

  /**
   * What a file is as a release. It is brought here unless it is known.
   *
   * @throws AppError INPUT_TOO_LARGE, ARTIFACT_DIGEST_MISMATCH when it is not what its place or its checksum says,
   *   ENV_DISK_FULL, and what bringing it throws.
   */
  async manifest(file: PlainFile, signal: AbortSignal): Promise<ReleaseManifest> {
    const known = (await this.#known()).find((one) => one.fingerprint === file.fingerprint);
    const [artifact] = known?.manifest.artifacts ?? [];
    if (known !== undefined && artifact !== undefined) {
      const same = plainManifest(this.#ports.terms, file, { ...artifact, head: new Uint8Array() }, known.manifest.publishedAt);
      // Another run spec of the configuration makes another release of it.
      const manifest = { ...same, artifacts: [artifact] };
      if (manifest.releaseId !== known.manifest.releaseId) await this.#remember({ fingerprint: file.fingerprint, manifest });
      return manifest;
    }
    return this.#turns.run(async () => {
      const measured = await this.#bring(file, signal);
      const manifest = plainManifest(this.#ports.terms, file, measured, this.#ports.now());
      await this.#remember({ fingerprint: file.fingerprint, manifest });
      return manifest;
    });
  }

  /** A release that is known here by its version or the digest of its file. */
  async find(wanted: { readonly version: string } | { readonly sha256: string }): Promise<ReleaseManifest | undefined> {
    const fits = ({ version, artifacts }: ReleaseManifest): boolean =>
      "version" in wanted ? version === wanted.version : artifacts.some((one) => one.digests.sha256 === wanted.sha256);
    return (await this.#known()).find(({ manifest }) => fits(manifest))?.manifest;
  }

  /** Hands over a file that lies here; whether it did, whole. */
  hand(sha256: string, into: string): Promise<boolean> {
    return this.#turns.run(async () => {
      const path = join(this.#ports.folder, sha256);
      const isWhole = (await sha256OfFile(path).catch(() => undefined)) === sha256;
      // What shares its bytes with a slot shares its damage, too.
      if (!isWhole) await rm(path, { force: true });
      else {
        await rm(into, { force: true });
        await link(path, into).catch(() => copyFile(path, into));
      }
      return isWhole;
    });
  }

  /** Brings a file here once more, known or not. @throws AppError as {@link manifest}. */
  async bringAgain(file: PlainFile, signal: AbortSignal): Promise<void> {
    await this.#turns.run(() => this.#bring(file, signal));
  }

  async #bring(file: PlainFile, signal: AbortSignal): Promise<Measurement> {
    const { folder, maxBytes, checksums } = this.#ports;
    if (file.sizeBytes > maxBytes)
      throw new AppError(
        "INPUT_TOO_LARGE",
        `${file.name} has ${file.sizeBytes} bytes, and this host takes ${maxBytes} ("maxBytes"); nothing was fetched.`,
      );
    await mkdir(folder, { recursive: true, mode: 0o750 });
    const name = `incoming-${hash("sha256", file.fingerprint).slice(0, 16)}`;
    const path = join(folder, name);
    await this.#sweep((one) => one.startsWith("incoming-") && !one.startsWith(name));
    await checkRoom(folder, file.sizeBytes - (await fileSize(path)));
    try {
      await this.#receive(file, path, signal);
      const measured = await measure(path);
      const { sha256 } = measured.digests;
      if (measured.sizeBytes !== file.sizeBytes || (file.sha256 !== undefined && file.sha256 !== sha256))
        throw new AppError("ARTIFACT_DIGEST_MISMATCH", `${file.name} is not what its place says that it is; it was not installed.`);
      await requireListed(file, sha256, checksums, signal);
      await rename(path, join(folder, sha256));
      await this.#sweep((one) => one.startsWith("incoming-") || (/^[0-9a-f]{64}$/.test(one) && one !== sha256));
      return measured;
    } catch (thrown) {
      // What was cut is built on; what is wrong is not.
      if (thrown instanceof AppError && thrown.code === "ARTIFACT_DIGEST_MISMATCH") await forgetDownload(path);
      throw thrown;
    }
  }

  async #receive(file: PlainFile, path: string, signal: AbortSignal): Promise<void> {
    for (;;) {
      const before = await fileSize(path);
      if (await file.bring({ into: path, signal, onProgress: () => undefined, pace: this.#ports.pace })) return;
      if ((await fileSize(path)) <= before)
        throw new AppError("REMOTE_UNREACHABLE", `${file.name} ended before it was whole; what arrived is kept and nothing was installed.`);
    }
  }

  async #known(): Promise<readonly Known[]> {
    return (await this.#record.read()).value?.files ?? [];
  }

  #remember(known: Known): Promise<void> {
    return this.#writes.run(async () => {
      const others = (await this.#known()).filter((one) => one.fingerprint !== known.fingerprint);
      await this.#record.write({ schema: 1, files: [known, ...others].slice(0, MAX_KNOWN) });
    });
  }

  async #sweep(isOld: (name: string) => boolean): Promise<void> {
    for (const name of await readdir(this.#ports.folder)) if (isOld(name)) await rm(join(this.#ports.folder, name), { force: true });
  }
}

async function measure(path: string): Promise<Measurement> {
  const meter = new DigestMeter(INSPECTED_BYTES);
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) if (Buffer.isBuffer(chunk)) meter.update(chunk);
  return meter.finish();
}
