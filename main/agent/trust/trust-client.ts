import { hash } from "node:crypto";
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Updater } from "tuf-js";
import { z } from "zod";
import { manifestTargetPath, releaseManifest, type ReleaseManifest } from "#shared/domain/release/manifest.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { AGENT_PATHS } from "#shared/protocol/limits.ts";
import { writeFileAtomic } from "#main/node/atomic-write.ts";
import type { AgentLogger } from "../logger.ts";
import { urlAt, type ControlPlaneAccess } from "../net/control-plane-access.ts";
import type { HttpClient } from "../net/http-client.ts";
import { MetadataFetcher } from "./metadata-fetcher.ts";
import { toTrustError } from "./trust-error.ts";

/** What a trust client needs. `trustRoot` is the root metadata whose hash the enrolment token pinned. */
export type TrustPorts = {
  readonly folder: string;
  readonly trustRoot: Uint8Array;
  readonly http: HttpClient;
  readonly access: ControlPlaneAccess;
  readonly logger: AgentLogger;
};

const MAX_MANIFEST_BYTES = 512 * 1024;

const sha256 = (bytes: Uint8Array): string => hash("sha256", bytes);

/**
 * The host's view of what is signed (TUF 1.0 client workflow, by tuf-js). It starts from the root that enrolment pinned,
 * only moves forward, and answers with manifests that the application's own role signed.
 *
 * tuf-js writes its files in place. It is given a copy of the folder to work in, and what it accepted is then moved over
 * file by file, atomically: a kill at any instant leaves every file as it was or as it was accepted.
 */
export class TrustClient {
  readonly #ports: TrustPorts;
  #last: Promise<unknown> = Promise.resolve();

  constructor(ports: TrustPorts) {
    this.#ports = ports;
  }

  /**
   * Brings the metadata up to date and gets the manifest of one version. Calls run one after another.
   *
   * @throws AppError TRUST_SIGNATURE_INVALID, TRUST_METADATA_EXPIRED, TRUST_ROLLBACK when it must not be trusted;
   *   REMOTE_*, ACCESS_*, TRANSPORT_CLOSED when it could not be fetched.
   */
  fetchManifest(productId: string, version: string): Promise<ReleaseManifest> {
    const result = this.#last.then(() => this.#fetchManifest(manifestTargetPath(productId, version)));
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #fetchManifest(targetPath: string): Promise<ReleaseManifest> {
    const { http, access, folder } = this.#ports;
    const { baseUrl, token } = access.current();
    const [kept, work] = [join(folder, "metadata"), join(folder, "work")];
    await this.#copyToWork(kept, work);
    const fetcher = new MetadataFetcher(http, token, join(work, "target"));
    try {
      const updater = await this.#openUpdater(work, baseUrl, fetcher);
      await updater.refresh();
      const target = await updater.getTargetInfo(targetPath);
      if (target === undefined) throw new AppError("TRUST_SIGNATURE_INVALID", `Nothing signed names ${targetPath}; it was not installed.`);
      if (target.length > MAX_MANIFEST_BYTES)
        throw new AppError("INPUT_TOO_LARGE", `The manifest ${targetPath} is larger than a manifest may be; it was not read.`);
      const bytes = await readFile(await updater.downloadTarget(target, join(work, "target", "manifest.json")));
      return parseManifest(bytes, targetPath);
    } catch (thrown) {
      throw fetcher.failure ?? toTrustError(thrown);
    } finally {
      await keepAccepted(work, kept);
    }
  }

  async #copyToWork(kept: string, work: string): Promise<void> {
    await rm(work, { recursive: true, force: true });
    await mkdir(kept, { recursive: true, mode: 0o750 });
    await cp(kept, work, { recursive: true });
    await mkdir(join(work, "target"), { recursive: true });
    const hasRoot = (await readdir(work)).includes("root.json");
    if (!hasRoot) await writeFile(join(work, "root.json"), this.#ports.trustRoot);
  }

  async #openUpdater(work: string, baseUrl: string, fetcher: MetadataFetcher): Promise<Updater> {
    const options = {
      metadataDir: work,
      metadataBaseUrl: urlAt(baseUrl, AGENT_PATHS.trustMetadata).href,
      targetBaseUrl: urlAt(baseUrl, AGENT_PATHS.trustTargets).href,
      fetcher,
    };
    try {
      return new Updater(options);
    } catch (thrown) {
      // The kept root is damaged. The pinned one leads to the same place, one signed step after another.
      this.#ports.logger.warn({ err: thrown }, "The kept trust root is damaged; trust starts again from the root that enrolment pinned.");
      await writeFile(join(work, "root.json"), this.#ports.trustRoot);
      return new Updater(options);
    }
  }
}

async function keepAccepted(work: string, kept: string): Promise<void> {
  for (const name of await readdir(work)) {
    if (!name.endsWith(".json")) continue;
    const accepted = await readFile(join(work, name));
    const before = await readFile(join(kept, name)).catch(() => undefined);
    if (before === undefined || sha256(before) !== sha256(accepted)) await writeFileAtomic(join(kept, name), accepted);
  }
}

function parseManifest(bytes: Uint8Array, targetPath: string): ReleaseManifest {
  try {
    const document: unknown = JSON.parse(Buffer.from(bytes).toString("utf8"));
    return releaseManifest.parse(document);
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? z.prettifyError(cause).slice(0, 200) : "it is not JSON";
    throw new AppError(
      "TRUST_SIGNATURE_INVALID",
      `The signed manifest ${targetPath} cannot be used by this agent: ${reason}. It was not installed.`,
      { cause },
    );
  }
}
