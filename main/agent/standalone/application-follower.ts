import { setTimeout as sleep } from "node:timers/promises";
import { pickArtifact, type Platform } from "#shared/domain/artifact/platform.ts";
import type { ReleaseManifest } from "#shared/domain/release/manifest.ts";
import { AppError, toAppError } from "#shared/errors/app-error.ts";
import { OneAtATime } from "#main/node/one-at-a-time.ts";
import type { AgentLogger } from "../logger.ts";
import type { TargetRelease } from "../update/journal.ts";
import { chooseVersion } from "./choose-version.ts";
import type { LocalOffer } from "./local-desired.ts";
import type { ReleaseSource } from "./release-source.ts";
import type { StandaloneApplication } from "./standalone-config.ts";

/** What following one product takes. */
export type FollowerPorts = {
  readonly config: StandaloneApplication;
  readonly source: ReleaseSource;
  readonly platform: Platform;
  readonly logger: AgentLogger;
  readonly now: () => number;
  readonly random: () => number;
  /** What is known here of the product by now: its application, and the version that serves. */
  readonly present: () => { readonly applicationId: string; readonly version: string | undefined } | undefined;
  readonly offer: (offer: LocalOffer) => Promise<void>;
  readonly onChange: () => void;
};

/** How the last look at a source went. */
export type LastLook = { readonly at?: number; readonly error?: string; readonly note?: string };

/** A lease of a day is renewed by a look, so that there are some every day. */
const LONGEST_WAIT_MS = 6 * 3_600_000;

/** Follows one product's source: looks, chooses, checks what is signed, and has the release wanted. */
export class ApplicationFollower {
  readonly config: StandaloneApplication;
  readonly #ports: FollowerPorts;
  readonly #turns = new OneAtATime();
  #last: LastLook = {};

  constructor(ports: FollowerPorts) {
    this.config = ports.config;
    this.#ports = ports;
  }

  /** Where the source lies, for people. */
  get place(): string {
    return this.#ports.source.place;
  }

  get last(): LastLook {
    return this.#last;
  }

  /** Versions that the source had at the last look. */
  get versions(): readonly string[] {
    return this.#ports.source.offer?.versions.map((one) => one.version) ?? [];
  }

  /** Looks again and again until the signal ends it. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const { config, random, source } = this.#ports;
    await sleep(Math.floor(random() * config.firstWithinMs), undefined, { signal, ref: false }).catch(() => undefined);
    while (!signal.aborted) {
      await this.check(signal).catch(() => undefined);
      const waitMs = Math.min(LONGEST_WAIT_MS, config.intervalMs) * (0.9 + random() / 5);
      await source.news(Math.round(waitMs), signal);
    }
  }

  /**
   * Looks once.
   *
   * @throws AppError what the source or its signatures were refused for; it is remembered for people, too.
   */
  check(signal: AbortSignal): Promise<void> {
    return this.#turns.run(async () => {
      const { now, logger, config, onChange } = this.#ports;
      try {
        const note = await this.#look(signal);
        this.#last = { at: now(), ...(note !== undefined && { note }) };
      } catch (thrown) {
        if (signal.aborted) return;
        const error = toAppError(thrown);
        this.#last = { at: now(), error: error.message };
        logger.warn({ err: thrown, productId: config.productId }, `The source could not be used: ${error.message}`);
        throw error;
      } finally {
        onChange();
      }
    });
  }

  /** A version of the source that this host may install. @throws AppError NOT_FOUND, TRUST_*, ENV_UNSUPPORTED, REMOTE_*. */
  async find(version: string, signal: AbortSignal): Promise<TargetRelease> {
    const { source } = this.#ports;
    const { versions } = await source.look(signal);
    if (!versions.some((one) => one.version === version))
      throw new AppError("NOT_FOUND", `${source.place} has no version ${version}; nothing was changed.`);
    return this.#toTarget(await source.manifest(version, signal));
  }

  async #look(signal: AbortSignal): Promise<string | undefined> {
    const { source, config, present, offer } = this.#ports;
    const choice = chooseVersion(await source.look(signal), config, present()?.version);
    if ("none" in choice) return choice.none;
    const manifest = await source.manifest(choice.version, signal);
    await offer({ applicationId: manifest.applicationId, productId: manifest.productId, target: this.#toTarget(manifest) });
    return undefined;
  }

  #toTarget(manifest: ReleaseManifest): TargetRelease {
    const { platform, present, config } = this.#ports;
    const { applicationId, releaseId, version } = manifest;
    const known = present();
    if (known !== undefined && known.applicationId !== applicationId)
      throw new AppError(
        "TRUST_NOT_ACCEPTED",
        `The source's ${config.productId} is another application than the one that this host runs; it was not installed.`,
      );
    const artifact = pickArtifact(manifest.artifacts, platform);
    if (artifact === undefined)
      throw new AppError("ENV_UNSUPPORTED", `Version ${version} has no artifact for ${platform}; nothing was installed.`);
    return { releaseId, version, digest: artifact.digests.sha256, sizeBytes: artifact.sizeBytes };
  }
}
