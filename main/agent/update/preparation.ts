import { access, mkdir, stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { Platform } from "#shared/domain/artifact/platform.ts";
import type { HostFailure } from "#shared/domain/host/reported.ts";
import type { ReleaseManifest } from "#shared/domain/release/manifest.ts";
import { AppError, toAppError } from "#shared/errors/app-error.ts";
import { AGENT_PATHS } from "#shared/protocol/limits.ts";
import { backoffDelayMs } from "#main/node/backoff.ts";
import { sha256OfFile } from "#main/node/sha256-of-file.ts";
import type { BodyPace } from "../net/body-pace.ts";
import { urlAt, type ControlPlaneAccess } from "../net/control-plane-access.ts";
import type { HttpClient } from "../net/http-client.ts";
import type { HostAdditions } from "../process/launch-spec.ts";
import { checkManifest, type SignedArtifact } from "../trust/check-manifest.ts";
import type { TrustClient } from "../trust/trust-client.ts";
import { checkRoom } from "./disk-room.ts";
import { downloadPath } from "./download-folder.ts";
import { downloadOnce, forgetDownload } from "./download.ts";
import { checkExecutable } from "./executable-check.ts";
import type { Candidate } from "./journal.ts";
import type { PreparationResult } from "./next-step.ts";
import { isFinal, toFailure } from "./preparation-failure.ts";
import type { SlotStore } from "./slot-store.ts";

/** What bringing a release here needs. */
export type PreparationPorts = {
  readonly http: HttpClient;
  readonly access: ControlPlaneAccess;
  readonly trust: TrustClient;
  readonly slots: SlotStore;
  readonly downloads: string;
  readonly platform: Platform;
  readonly random: () => number;
  readonly hostAdditions: (productId: string) => Promise<HostAdditions>;
  /** Replaced by tests alone. */
  readonly pace?: BodyPace;
};

/** One piece of work: the candidate in its present state, until it ends or is aborted. */
export type PreparationJob = {
  readonly applicationId: string;
  readonly productId: string;
  readonly candidate: Candidate;
  /** Whether the journal names the release as installed, so that nothing has to be fetched for it. */
  readonly isInstalled: boolean;
  readonly signal: AbortSignal;
  /** Whether another request may begin now. */
  readonly mayBegin: () => boolean;
  readonly onProgress: (receivedBytes: number) => void;
};

const RETRY = { baseMs: 250, capMs: 10_000 };
/** Answers in a row that come too slowly: whoever holds this host back that way is told of, not waited for. */
const MAX_SLOW_ANSWERS = 3;
/** Tries in a row that bring nothing. With the waits between them, a little under a minute. */
const MAX_IDLE_TRIES = 10;
const LEASE_OVER: HostFailure = {
  cause: "lease",
  message: "The permission ended before the release was here; what arrived is kept and nothing was changed.",
};

const isSlow = (thrown: unknown): boolean => toAppError(thrown).code === "REMOTE_TOO_SLOW";

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

/**
 * Brings releases to where they can be switched to: bytes, then trust metadata, manifest and digest, then the slot.
 * Works on one state of one candidate at a time; the journal decides what comes next.
 */
export class Preparation {
  readonly #ports: PreparationPorts;
  /** Downloads that one answer brought from first to last byte. */
  readonly #wholeInOneGo = new Set<string>();

  constructor(ports: PreparationPorts) {
    this.#ports = ports;
  }

  /** Does the work of the candidate's state. Never throws; an aborted job's result means nothing. */
  async run(job: PreparationJob): Promise<PreparationResult> {
    try {
      return job.candidate.state === "downloading" ? await this.#download(job) : await this.#verify(job);
    } catch (thrown) {
      return toFailure(thrown, job.candidate.state === "downloading" ? "download" : "internal");
    }
  }

  async #download(job: PreparationJob): Promise<PreparationResult> {
    const { applicationId, productId, candidate, signal } = job;
    const { http, access: way, downloads, pace } = this.#ports;
    const { target } = candidate;
    const refused = await this.#persist(job, "verification", async () => {
      await this.#signedArtifact(job);
      return "done";
    });
    if (refused !== undefined) return refused;
    await mkdir(downloads, { recursive: true, mode: 0o750 });
    const path = downloadPath(downloads, applicationId, target);
    this.#wholeInOneGo.delete(path);
    await checkRoom(downloads, target.sizeBytes - (await sizeOf(path)));
    return this.#persist(job, "download", async () => {
      const before = await sizeOf(path);
      const { baseUrl, token } = way.current();
      const url = urlAt(baseUrl, `${AGENT_PATHS.registry}/${productId}/blobs/sha256:${target.digest}`);
      try {
        const isWhole = await downloadOnce(http, {
          url,
          token,
          path,
          sizeBytes: target.sizeBytes,
          signal,
          ...(pace && { pace }),
          onProgress: (receivedBytes) => job.onProgress(receivedBytes),
        });
        if (isWhole && before === 0) this.#wholeInOneGo.add(path);
        return isWhole ? "done" : (await sizeOf(path)) > before;
      } catch (thrown) {
        if ((await sizeOf(path)) > before && !isFinal(thrown) && !isSlow(thrown)) return true;
        throw thrown;
      }
    }).then((result) => result ?? { kind: "downloaded" });
  }

  /**
   * Tries until it is done, fails for good, is not allowed to begin again, or brought nothing for too long.
   *
   * @param attempt "done", whether there was progress, or throws.
   * @returns undefined when it is done.
   */
  async #persist(
    job: PreparationJob,
    cause: HostFailure["cause"],
    attempt: () => Promise<"done" | boolean>,
  ): Promise<PreparationResult | undefined> {
    let last: unknown;
    let slow = 0;
    for (let idle = 0; idle < MAX_IDLE_TRIES && !job.signal.aborted; idle += 1) {
      if (!job.mayBegin()) return { kind: "stopped", failure: LEASE_OVER };
      try {
        const result = await attempt();
        if (result === "done") return undefined;
        if (result) idle = 0;
      } catch (thrown) {
        slow = isSlow(thrown) ? slow + 1 : 0;
        if (isFinal(thrown) || slow >= MAX_SLOW_ANSWERS) return toFailure(thrown, cause);
        last = thrown;
      }
      await sleep(backoffDelayMs(RETRY, idle, this.#ports.random()), undefined, { signal: job.signal }).catch(() => undefined);
    }
    return toFailure(
      last ?? new AppError("REMOTE_UNREACHABLE", "The control plane ended every answer early; the release did not arrive."),
      cause,
    );
  }

  async #verify(job: PreparationJob): Promise<PreparationResult> {
    const { slots, trust } = this.#ports;
    const { target } = job.candidate;
    if (job.isInstalled) {
      await trust.checkKept(job.productId, target.version);
      // Verified when it came, with its manifest beside it; only its bytes may have suffered since.
      if (await slots.isIntact(target)) return { kind: "verified" };
      await slots.remove(target, []);
      return { kind: "bytes-missing" };
    }
    let result: PreparationResult = { kind: "verified" };
    const gaveUp = await this.#persist({ ...job, mayBegin: () => true }, "verification", async () => {
      result = await this.#verifyArrived(job);
      return "done";
    });
    return gaveUp ?? result;
  }

  /** What is signed about the wanted release. Asked for before any byte of it, since its size and its right to be here are signed, too. */
  async #signedArtifact(job: PreparationJob): Promise<{ readonly manifest: ReleaseManifest; readonly artifact: SignedArtifact }> {
    const { trust, platform } = this.#ports;
    const { applicationId, productId, candidate } = job;
    const { target } = candidate;
    const manifest = await trust.fetchManifest(productId, target.version);
    return { manifest, artifact: checkManifest(manifest, { applicationId, productId, target }, platform) };
  }

  /** The order of design: metadata, manifest, artifact; only then is anything made executable. */
  async #verifyArrived(job: PreparationJob): Promise<PreparationResult> {
    const { slots, downloads, platform, hostAdditions } = this.#ports;
    const { applicationId, candidate } = job;
    const { target } = candidate;
    const { manifest, artifact } = await this.#signedArtifact(job);
    await slots.keepManifest(manifest);
    // A kill between the move into the slot and the journal's word about it leaves the bytes where they belong.
    const host = { platform, additions: await hostAdditions(job.productId) };
    const use = { platform: artifact.platform, runSpec: manifest.runSpec };
    if ((await slots.isIntact(target)) || (await slots.adoptBytes(manifest, artifact))) {
      // Another release with the same bytes may have handed them to a command; this one may start them.
      await checkExecutable((await slots.runnable(target)).artifactPath, use, host);
      return { kind: "verified" };
    }
    const path = downloadPath(downloads, applicationId, target);
    const isHere = await access(path).then(
      () => true,
      () => false,
    );
    if (!isHere) return { kind: "bytes-missing" };
    if ((await sha256OfFile(path)) !== target.digest) {
      await forgetDownload(path);
      // Pieces may have been torn by a power cut, or be of two files; the whole file once more tells.
      if (!this.#wholeInOneGo.has(path)) return { kind: "bytes-missing" };
      throw new AppError("ARTIFACT_DIGEST_MISMATCH", "What arrived does not have the signed digest; it was thrown away and not installed.");
    }
    await checkExecutable(path, use, host);
    await slots.install(manifest, artifact, path);
    await forgetDownload(path);
    return { kind: "verified" };
  }
}
