import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { manifestTargetPath, releaseManifest, type ReleaseManifest } from "#shared/domain/release/manifest.ts";
import { acceptanceTargetPath, applicationPolicy, fleetAcceptance, policyTargetPath } from "#shared/domain/trust/trust-policy.ts";
import { AppError, toAppError } from "#shared/errors/app-error.ts";
import { nodeFs, type NodeFs } from "#main/node/node-fs.ts";
import { OneAtATime } from "#main/node/one-at-a-time.ts";
import type { AgentLogger } from "../logger.ts";
import type { BodyPace } from "../net/body-pace.ts";
import type { ControlPlaneAccess } from "../net/control-plane-access.ts";
import type { HttpClient } from "../net/http-client.ts";
import { KeptMetadata } from "./kept-metadata.ts";
import { KeptRules, type SignedRules } from "./kept-rules.ts";
import { MetadataFetcher } from "./metadata-fetcher.ts";
import { checkRules } from "./release-rules.ts";
import { TargetReader } from "./target-reader.ts";
import { TrustRefresh } from "./trust-refresh.ts";

/** What a trust client needs. `trustRoot` is the root metadata whose hash the enrolment token pinned. */
export type TrustPorts = {
  readonly folder: string;
  readonly trustRoot: Uint8Array;
  /** The fleet that the enrolment token named. Absent on hosts that enrolled before tokens were read for it: no list holds there. */
  readonly fleetId: string | undefined;
  readonly http: HttpClient;
  readonly access: ControlPlaneAccess;
  readonly logger: AgentLogger;
  /** Products that the host's own file accepts; undefined means all. */
  readonly hostAccepts: () => Promise<readonly string[] | undefined>;
  /** The control plane's clock minus the host's, in ms, while it is known. */
  readonly serverOffsetMs: () => number | undefined;
  /** Replaced by tests alone. */
  readonly pace?: BodyPace;
  readonly fs?: NodeFs;
};

/** A rollback to a kept slot waits this long for newer rules, not longer: it must work without a network. */
const NEWER_RULES_MS = 2000;

const signedRole = z.object({ signed: z.object({ targets: z.record(z.string(), z.unknown()) }) });

/**
 * The host's view of what is signed. It starts from the root that enrolment pinned, only moves forward, and answers with
 * manifests that the application's own role signed and that the signed rules let in.
 */
export class TrustClient {
  readonly #ports: TrustPorts;
  readonly #kept: KeptMetadata;
  readonly #rules: KeptRules;
  readonly #targets = new TargetReader();
  readonly #turns = new OneAtATime();

  constructor(ports: TrustPorts) {
    this.#ports = ports;
    this.#kept = new KeptMetadata(join(ports.folder, "metadata"), ports.fs ?? nodeFs);
    this.#rules = new KeptRules(join(ports.folder, "rules.json"), ports.logger);
  }

  /** Reads the rules that were seen before, for {@link minimumVersion}. */
  load(): Promise<void> {
    return this.#rules.load();
  }

  /** The signed minimum of a product as this host last saw it. */
  minimumVersion(product: string): string | undefined {
    return this.#rules.minimumVersion(product);
  }

  /**
   * Brings the metadata up to date and gets the manifest of a version that this host may install.
   *
   * @throws AppError TRUST_SIGNATURE_INVALID, TRUST_METADATA_EXPIRED, TRUST_CLOCK_WRONG, TRUST_ROLLBACK,
   *   TRUST_MIX_AND_MATCH when what was shown must not be trusted; TRUST_NOT_ACCEPTED, TRUST_BELOW_MINIMUM when the rules
   *   refuse it; INPUT_TOO_LARGE, REMOTE_*, ACCESS_*, NOT_FOUND, TRANSPORT_CLOSED when it could not be had.
   */
  fetchManifest(product: string, version: string): Promise<ReleaseManifest> {
    return this.#turns.run(async () => {
      const { source, refresh } = await this.#refresh();
      await this.#check(await this.#seeRules(source, refresh, product), product, version);
      const path = manifestTargetPath(product, version);
      const target = await refresh.findTarget(path);
      if (target === undefined) throw unsigned(path);
      return this.#targets.read(source, target, releaseManifest);
    });
  }

  /**
   * Checks that a version that lies on this disk, verified when it came, may still be gone to: by newer rules if they are
   * to be had soon, else by those that this host knows.
   *
   * @throws AppError TRUST_NOT_ACCEPTED, TRUST_BELOW_MINIMUM, TRUST_SIGNATURE_INVALID when it was withdrawn,
   *   ENV_DATA_CORRUPT when nothing is known any more of what was signed.
   */
  async checkKept(product: string, version: string): Promise<void> {
    const { logger } = this.#ports;
    const news = this.#turns.run(async () => {
      const { source, refresh } = await this.#refresh();
      await this.#seeRules(source, refresh, product);
    });
    const told = news.catch((thrown: unknown) => {
      const { code, message } = toAppError(thrown);
      logger.warn({ code }, `Newer rules are not to be had, those that are known hold: ${message}`);
    });
    await Promise.race([told, sleep(NEWER_RULES_MS)]);
    await this.#check(await this.#rules.read(product), product, version);
    const path = manifestTargetPath(product, version);
    if (!(await this.#namedByKept(product)).has(path)) throw unsigned(path);
  }

  async #refresh(): Promise<{ readonly source: MetadataFetcher; readonly refresh: TrustRefresh }> {
    const { http, access, pace, trustRoot, logger, serverOffsetMs } = this.#ports;
    const source = new MetadataFetcher(http, access.current(), pace);
    return { source, refresh: await TrustRefresh.run({ source, kept: this.#kept, trustRoot, logger, serverOffsetMs }) };
  }

  async #seeRules(source: MetadataFetcher, refresh: TrustRefresh, product: string): Promise<SignedRules> {
    const { fleetId } = this.#ports;
    const policy = await refresh.findTarget(policyTargetPath(product));
    const list = fleetId === undefined ? undefined : await refresh.findTarget(acceptanceTargetPath(fleetId));
    const minimumVersion = policy && (await this.#targets.read(source, policy, applicationPolicy)).minimumVersion;
    const fleetAccepts = list && (await this.#targets.read(source, list, fleetAcceptance)).products;
    const rules = { fleetAccepts, minimumVersion };
    await this.#rules.keep(product, rules);
    return rules;
  }

  async #check(rules: SignedRules, product: string, version: string): Promise<void> {
    checkRules({ ...rules, hostAccepts: await this.#ports.hostAccepts() }, product, version);
  }

  /** What the product's role named when this host accepted it last. */
  async #namedByKept(product: string): Promise<ReadonlySet<string>> {
    try {
      const document: unknown = JSON.parse((await this.#kept.read(product))?.toString("utf8") ?? "");
      return new Set(Object.keys(signedRole.parse(document).signed.targets));
    } catch (cause) {
      throw new AppError(
        "ENV_DATA_CORRUPT",
        `What this host knew to be signed of ${product} is gone; it must be seen again before anything is installed.`,
        {
          cause,
        },
      );
    }
  }
}

function unsigned(path: string): AppError {
  return new AppError("TRUST_SIGNATURE_INVALID", `Nothing signed names ${path} (any more); it was not installed.`);
}
