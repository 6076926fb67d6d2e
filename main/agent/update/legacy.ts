import { createReadStream } from "node:fs";
import { rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { HostFailure } from "#shared/domain/host/reported.ts";
import type { ReleaseManifest } from "#shared/domain/release/manifest.ts";
import { runSpec } from "#shared/domain/release/run-spec.ts";
import { toAppError } from "#shared/errors/app-error.ts";
import { fileName } from "#shared/lib/scalars.ts";
import { temporaryPath } from "#main/node/atomic-write.ts";
import { DigestMeter, type Measurement } from "#main/node/digest-meter.ts";
import { nodeFs } from "#main/node/node-fs.ts";
import { toPathError } from "#main/node/path-error.ts";
import type { AgentLogger } from "../logger.ts";
import type { HostAdditions } from "../process/launch-spec.ts";
import { describeOnceEnd, runOnce } from "../process/run-once.ts";
import type { LegacyProgram } from "../state/overrides.ts";
import type { ApplicationPaths } from "../state/state-paths.ts";
import type { JournalKeeper } from "./journal-keeper.ts";
import type { Journal } from "./journal.ts";
import { legacyReleaseId } from "./legacy-release.ts";
import type { SlotStore } from "./slot-store.ts";

/** What adopting needs. */
export type LegacyPorts = {
  readonly journal: JournalKeeper;
  readonly slots: SlotStore;
  readonly paths: ApplicationPaths;
  readonly logger: AgentLogger;
  readonly hostAdditions: (productId: string) => Promise<HostAdditions>;
  /** Epoch ms. */
  readonly now: () => number;
};

const UNNAMED_VERSION = "0.0.0-legacy";
const STOP_TIMEOUT_MS = 60_000;

/**
 * What ran here before Rollcall, if the host's own file names it.
 *
 *     named ─first grant─▶ adopted ─first switch─▶ stopped         a bad first release goes back to it
 *
 * Until the first switch it runs on as it did, and nobody of ours touches it. Adopting copies it into a slot of its own.
 */
export class Legacy {
  readonly #ports: LegacyPorts;

  constructor(ports: LegacyPorts) {
    this.#ports = ports;
  }

  /** Makes it the way back of the first install; what stood in the way, when it is named and cannot be. */
  async adopt(): Promise<HostFailure | undefined> {
    const { journal, logger } = this.#ports;
    const { serving, legacy, installed } = journal.current;
    if (serving.state !== "nothing" || legacy !== undefined || installed.length > 0) return undefined;
    const program = await this.#program();
    if (program === undefined) return undefined;
    try {
      const release = await this.#takeIn(program);
      const entry = { ...release, proven: true, usedAt: this.#ports.now() };
      await journal.apply({ ...journal.current, installed: [entry], legacy: { release, isStopped: false } });
      logger.info({ path: program.path, digest: release.digest }, "Adopted what ran here before; the first update can go back to it.");
      return undefined;
    } catch (thrown) {
      const { message } = toAppError(toPathError(thrown, "the first release was not installed"));
      return { cause: "disk", message: `What ran here before cannot be kept: ${message}`.slice(0, 500) };
    }
  }

  /** Ends what runs of it, before the first switch; what went wrong, if it did: then it runs on. */
  async stop(): Promise<HostFailure | undefined> {
    const { journal, hostAdditions, paths } = this.#ports;
    const { legacy, productId } = journal.current;
    if (legacy === undefined || legacy.isStopped) return undefined;
    const [command, ...args] = (await this.#program())?.stop ?? [];
    if (command !== undefined) {
      const { inherited: environment } = await hostAdditions(productId);
      const spec = {
        command,
        args,
        environment,
        workFolder: paths.folder,
        timeoutMs: STOP_TIMEOUT_MS,
        signal: new AbortController().signal,
      };
      const { end, tail } = await runOnce(spec);
      if (end.kind !== "exit" || end.code !== 0) {
        const message = `What ran here before could not be stopped: its stop command ${describeOnceEnd(end, STOP_TIMEOUT_MS)}. It runs on.`;
        return { cause: "exec", message, ...(tail !== "" && { logTail: tail }) };
      }
    }
    await journal.apply({ ...journal.current, legacy: { ...legacy, isStopped: true } });
    return undefined;
  }

  async #program(): Promise<LegacyProgram | undefined> {
    return (await this.#ports.hostAdditions(this.#ports.journal.current.productId)).overrides?.legacy;
  }

  async #takeIn(program: LegacyProgram): Promise<NonNullable<Journal["legacy"]>["release"]> {
    const { slots, paths } = this.#ports;
    const copy = temporaryPath(join(paths.slots, "legacy"));
    try {
      const manifest = this.#describe(program, await copyMeasured(program.path, copy));
      const [artifact] = manifest.artifacts;
      await slots.keepManifest(manifest);
      if (artifact !== undefined) await slots.install(manifest, artifact, copy);
      return { releaseId: manifest.releaseId, version: manifest.version, digest: artifact?.digests.sha256 ?? "" };
    } finally {
      await rm(copy, { force: true });
    }
  }

  #describe(program: LegacyProgram, { sizeBytes, digests }: Measurement): ReleaseManifest {
    const { applicationId, productId } = this.#ports.journal.current;
    const name = fileName.safeParse(basename(program.path)).data ?? "legacy";
    return {
      schema: 1,
      applicationId,
      productId,
      kind: "process",
      releaseId: legacyReleaseId(applicationId, digests.sha256),
      version: program.version ?? UNNAMED_VERSION,
      publishedAt: this.#ports.now(),
      runSpec: program.runSpec ?? runSpec.parse({}),
      artifacts: [{ platform: "any", fileName: name, sizeBytes, digests, format: "unknown" }],
    };
  }
}

async function copyMeasured(from: string, to: string): Promise<Measurement> {
  const meter = new DigestMeter(0);
  const target = await nodeFs.open(to, "wx", 0o600);
  await pipeline(
    createReadStream(from),
    async function* (source: AsyncIterable<Buffer>) {
      for await (const chunk of source) {
        meter.update(chunk);
        yield chunk;
      }
    },
    target.createWriteStream(),
  );
  return meter.finish();
}
