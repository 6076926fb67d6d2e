import { access, mkdir } from "node:fs/promises";
import type { Platform } from "#shared/domain/artifact/platform.ts";
import type { ReleaseManifest } from "#shared/domain/release/manifest.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { removeTree } from "#main/node/archive/remove-tree.ts";
import { isFolder } from "#main/node/is-folder.ts";
import type { WayProgress } from "../bytes/delta-way.ts";
import { persist } from "../bytes/persist.ts";
import { ReleaseBytes, type ReleaseBytesPorts } from "../bytes/release-bytes.ts";
import type { WantedTree } from "../bytes/tree-ground.ts";
import type { HostAdditions } from "../process/launch-spec.ts";
import { checkManifest, type SignedArtifact } from "../trust/check-manifest.ts";
import type { TrustClient } from "../trust/trust-client.ts";
import { downloadPath, madeTreePath } from "./download-folder.ts";
import { forgetDownload } from "./download.ts";
import { checkExecutable } from "./executable-check.ts";
import type { Candidate } from "./journal.ts";
import type { PreparationResult } from "./next-step.ts";
import { toFailure } from "./preparation-failure.ts";
import type { SlotStore } from "./slot-store.ts";
import type { UnpackTerms } from "./unpacked-slot.ts";
import { wantsVetting } from "./wants-vetting.ts";

/** What bringing a release here needs. */
export type PreparationPorts = ReleaseBytesPorts & {
  readonly trust: Pick<TrustClient, "fetchManifest" | "checkKept">;
  readonly slots: SlotStore;
  readonly platform: Platform;
  readonly hostAdditions: (productId: string) => Promise<HostAdditions>;
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
  readonly onProgress: (progress: WayProgress) => void;
};

/**
 * Brings releases to where they can be switched to: trust metadata and manifest, then bytes, then all of these and the
 * digest once more, then the slot.
 * Works on one state of one candidate at a time; the journal decides what comes next.
 */
export class Preparation {
  readonly #ports: PreparationPorts;
  readonly #bytes: ReleaseBytes;

  constructor(ports: PreparationPorts) {
    this.#ports = ports;
    this.#bytes = new ReleaseBytes(ports);
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
    const { applicationId, productId, candidate, signal, mayBegin, onProgress } = job;
    let artifact: SignedArtifact | undefined;
    let tree: WantedTree | undefined;
    const refused = await this.#persist(job, async () => {
      const signed = await this.#signedArtifact(job);
      const { unpack, diskBudgetBytes } = await this.#ports.slots.runSpecOf(signed.manifest);
      ({ artifact } = signed);
      tree = unpack === true && artifact.tree !== undefined ? { tree: artifact.tree, budgetBytes: diskBudgetBytes } : undefined;
      return "done";
    });
    if (refused !== undefined || artifact === undefined) return refused ?? { kind: "bytes-missing" };
    await mkdir(this.#ports.downloads, { recursive: true, mode: 0o750 });
    const { target } = candidate;
    return this.#bytes.bring({ applicationId, productId, target, artifact, tree, signal, mayBegin, onProgress });
  }

  /** Asks for what is signed until it is here. */
  #persist({ signal, mayBegin }: Pick<PreparationJob, "signal" | "mayBegin">, attempt: () => Promise<"done">): ReturnType<typeof persist> {
    return persist({ signal, mayBegin, random: this.#ports.random }, "verification", attempt);
  }

  async #verify(job: PreparationJob): Promise<PreparationResult> {
    const { slots, trust } = this.#ports;
    const { target } = job.candidate;
    if (job.isInstalled) {
      await trust.checkKept(job.productId, target.version);
      // Verified when it came, with its manifest beside it; only its bytes may have suffered since.
      if (await slots.isIntact(target)) return { kind: "verified", wantsVetting: wantsVetting((await slots.runnable(target)).runSpec) };
      await slots.remove(target, []);
      return { kind: "bytes-missing" };
    }
    let result: PreparationResult = { kind: "verified" };
    const gaveUp = await this.#persist({ signal: job.signal, mayBegin: () => true }, async () => {
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
    const runSpec = await slots.runSpecOf(manifest);
    const use = { platform: artifact.platform, runSpec };
    const verified: PreparationResult = { kind: "verified", wantsVetting: wantsVetting(runSpec) };
    if ((await slots.isIntact(target)) || (await slots.adoptBytes(manifest, artifact))) {
      // Another release with the same bytes may have handed them to a command; this one may start them.
      await checkExecutable((await slots.runnable(target)).artifactPath, use, host);
      return verified;
    }
    const unpacking = { budgetBytes: runSpec.diskBudgetBytes, signal: job.signal, check: (at: string) => checkExecutable(at, use, host) };
    if (runSpec.unpack === true && (await this.#adoptTree(job, artifact, unpacking))) return verified;
    const path = downloadPath(downloads, applicationId, target);
    const isHere = await access(path).then(
      () => true,
      () => false,
    );
    if (!isHere) return { kind: "bytes-missing" };
    if ((await this.#bytes.digestOf(path)) !== target.digest) {
      await forgetDownload(path);
      // Pieces may have been torn by a power cut, or be of two files; the whole file once more tells.
      if (!this.#bytes.cameInOneGo(path)) return { kind: "bytes-missing" };
      throw new AppError("ARTIFACT_DIGEST_MISMATCH", "What arrived does not have the signed digest; it was thrown away and not installed.");
    }
    if (runSpec.unpack === true) {
      await slots.unpack(artifact, path, unpacking);
    } else {
      await checkExecutable(path, use, host);
      await slots.install(manifest, artifact, path);
    }
    await forgetDownload(path);
    return verified;
  }

  /** Whether what the archive unpacks to was made without it, and is in its slot now. What is made and is not that goes. */
  async #adoptTree({ applicationId, candidate }: PreparationJob, artifact: SignedArtifact, terms: UnpackTerms): Promise<boolean> {
    const path = madeTreePath(this.#ports.downloads, applicationId, candidate.target);
    if (!(await isFolder(path))) return false;
    const isTaken = artifact.tree !== undefined && (await this.#ports.slots.adoptTree(artifact, path, artifact.tree.sha256, terms));
    if (!isTaken) await removeTree(path);
    return isTaken;
  }
}
