import type { WayProgress } from "../bytes/delta-way.ts";
import type { Vitals } from "./describe-application.ts";
import type { JournalKeeper } from "./journal-keeper.ts";
import type { Candidate } from "./journal.ts";
import type { Facts, PreparationResult } from "./next-step.ts";
import type { PreparationJob } from "./preparation.ts";
import { isSameRelease } from "./release-identity.ts";

/** Whoever does the work of a candidate's state. Never throws; an aborted job's result means nothing. */
export type CandidateWorker = { readonly run: (job: PreparationJob) => Promise<PreparationResult> };

/** What the work needs from its application. */
export type CandidateWorkPorts = {
  readonly journal: JournalKeeper;
  readonly preparation: CandidateWorker;
  /** Whether a request for bytes may begin now. */
  readonly mayBegin: () => boolean;
  /** The work ended or made progress. */
  readonly onChange: () => void;
};

type Job = { readonly of: Candidate; readonly abort: AbortController; result?: PreparationResult; progress: WayProgress };

/** Progress is told at most this often. */
const PROGRESS_INTERVAL_MS = 500;

/**
 * The background work on the candidate's present state. It follows the journal: work on a candidate, or on a state of
 * it, that the journal does not name any more is aborted, and its result is nobody's.
 */
export class CandidateWork {
  readonly #ports: CandidateWorkPorts;
  #job: Job | undefined;
  #toldAtMs = 0;

  constructor(ports: CandidateWorkPorts) {
    this.#ports = ports;
  }

  /** What the planner is to know of it. */
  state(): Facts["preparation"] {
    return this.#job === undefined ? undefined : (this.#job.result ?? "running");
  }

  /** Bytes of the present download; undefined while none is under way. */
  progress(): Vitals["progress"] {
    const job = this.#job;
    if (job?.of.state !== "downloading") return undefined;
    return job.progress;
  }

  /** Begins the work on the journal's candidate. */
  begin(): void {
    const { journal, preparation, mayBegin } = this.#ports;
    const { candidate, applicationId, productId, installed } = journal.current;
    this.abort();
    if (candidate === undefined) return;
    const job: Job = {
      of: candidate,
      abort: new AbortController(),
      progress: { receivedBytes: 0, totalBytes: candidate.target.sizeBytes },
    };
    this.#job = job;
    const isInstalled = installed.some((one) => isSameRelease(one, candidate.target));
    const onProgress = (progress: WayProgress): void => this.#progressed(job, progress);
    void preparation
      .run({ applicationId, productId, candidate, isInstalled, signal: job.abort.signal, mayBegin, onProgress })
      .then((result) => {
        job.result = result;
        if (this.#job === job) this.#ports.onChange();
      });
  }

  /** Aborts the work if the journal has moved on. */
  follow(): void {
    const { candidate } = this.#ports.journal.current;
    const job = this.#job;
    if (job === undefined) return;
    const isOn = candidate?.state === job.of.state && candidate.waiting?.attempts === job.of.waiting?.attempts;
    if (!isOn || !isSameRelease(candidate.target, job.of.target)) this.abort();
  }

  /** Ends the work without a result. */
  abort(): void {
    this.#job?.abort.abort();
    this.#job = undefined;
  }

  #progressed(job: Job, progress: WayProgress): void {
    const isNews = progress.applying !== job.progress.applying;
    job.progress = progress;
    const atMs = performance.now();
    if (this.#job !== job || (!isNews && atMs - this.#toldAtMs < PROGRESS_INTERVAL_MS)) return;
    this.#toldAtMs = atMs;
    this.#ports.onChange();
  }
}
