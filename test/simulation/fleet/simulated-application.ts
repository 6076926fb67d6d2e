import type { HostPhase, ReportedApplication, RunningRelease } from "#shared/domain/host/reported.ts";
import type { ReportBody } from "#shared/protocol/agent-frames.ts";
import type { DesiredApplication } from "#shared/protocol/control-frames.ts";

/** How an update to one release ends on a simulated host. */
export type UpdateOutcome = "healthy" | "crash" | "silent";

/** What an application asks of its host. */
export type ApplicationHost = {
  readonly outcomeOf: (release: RunningRelease) => UpdateOutcome;
  /** Time that each phase takes. */
  readonly phaseMs: number;
  readonly report: (body: ReportBody) => void;
  /** The host falls silent: it keeps its link and says nothing any more. */
  readonly fallSilent: () => void;
  readonly after: (delayMs: number, work: () => void) => void;
};

type Step = { readonly desired: DesiredApplication; readonly candidate: RunningRelease };

/**
 * One application of a simulated host. It goes through the phases of a real one, without bytes or processes:
 *
 *     idle → downloading → verifying → staged ──go──▶ switching → probation → healthy
 *                                                                    └─ crash ─▶ reverting → reverted
 */
export class SimulatedApplication {
  readonly #host: ApplicationHost;
  readonly #applicationId: ReportedApplication["applicationId"];
  #phase: HostPhase;
  #current: RunningRelease | undefined;
  #step: Step | undefined;
  #quarantine: ReportedApplication["quarantine"] = [];
  #failure: ReportedApplication["failure"];
  readonly #halted = new Set<string>();

  constructor(host: ApplicationHost, applicationId: ReportedApplication["applicationId"], current?: RunningRelease) {
    this.#host = host;
    this.#applicationId = applicationId;
    this.#current = current;
    this.#phase = current === undefined ? "idle" : "healthy";
  }

  /** What this host serves now. */
  get current(): RunningRelease | undefined {
    return this.#current;
  }

  get phase(): HostPhase {
    return this.#phase;
  }

  /** Takes a desired document's word about this application. */
  desired(desired: DesiredApplication): void {
    const { grant } = desired;
    const candidate = { releaseId: desired.releaseId, version: desired.version, digest: desired.digest };
    if (grant === undefined || this.#halted.has(grant.grantId) || desired.digest === this.#current?.digest) return;
    if (this.#step?.desired.grant?.grantId === grant.grantId || this.#quarantine.some((one) => one.digest === desired.digest)) return;
    this.#step = { desired, candidate };
    this.#failure = undefined;
    this.#enter("downloading", () => this.#enter("verifying", () => this.#enter("staged")));
  }

  /** The go for a switch. Ignored unless this very grant is staged. */
  go(grantId: string): void {
    const step = this.#step;
    if (this.#phase !== "staged" || step?.desired.grant?.grantId !== grantId || this.#halted.has(grantId)) return;
    const before = this.#current;
    this.#enter("switching", () => {
      this.#current = step.candidate;
      const outcome = this.#host.outcomeOf(step.candidate);
      if (outcome === "silent") return this.#host.fallSilent();
      this.#enter("probation", () => (outcome === "healthy" ? this.#settle() : this.#revert(before, step)));
    });
  }

  /** Stops what has not begun; answers grants whose switch had. */
  halt(grants: "all" | readonly string[]): DesiredApplication["grant"] {
    const grant = this.#step?.desired.grant;
    if (grant === undefined || (grants !== "all" && !grants.includes(grant.grantId))) return undefined;
    this.#halted.add(grant.grantId);
    if (this.#phase === "downloading" || this.#phase === "verifying" || this.#phase === "staged") {
      this.#step = undefined;
      this.#phase = this.#current === undefined ? "idle" : "healthy";
      return undefined;
    }
    return grant;
  }

  /** As the host reports it. */
  snapshot(): ReportedApplication {
    const grantId = this.#step?.desired.grant?.grantId;
    return {
      applicationId: this.#applicationId,
      ...(this.#current && { current: this.#current }),
      ...(this.#step && { candidate: this.#step.candidate }),
      phase: this.#phase,
      ...(grantId && { grantId }),
      ...(this.#failure && { failure: this.#failure }),
      healthy: this.#current !== undefined,
      restarts: 0,
      slots: this.#current === undefined ? [] : [this.#current],
      quarantine: [...this.#quarantine],
    };
  }

  #settle(): void {
    this.#enter("healthy");
    this.#step = undefined;
  }

  #revert(before: RunningRelease | undefined, { candidate }: Step): void {
    this.#failure = { cause: "exit", message: "exited with code 1 right after its start" };
    this.#quarantine = [
      ...this.#quarantine,
      { releaseId: candidate.releaseId, digest: candidate.digest, reason: this.#failure.message, at: Date.now() },
    ];
    this.#enter("reverting", () => {
      this.#current = before;
      this.#enter("reverted");
      this.#step = undefined;
    });
  }

  #enter(phase: HostPhase, next?: () => void): void {
    const step = this.#step;
    if (step === undefined) return;
    this.#phase = phase;
    const { releaseId, digest } = step.candidate;
    const grantId = step.desired.grant?.grantId;
    const application = this.snapshot();
    this.#host.report({
      kind: "phase",
      at: Date.now(),
      applicationId: this.#applicationId,
      releaseId,
      digest,
      phase,
      ...(grantId && { grantId }),
      ...(application.failure && { failure: application.failure }),
      application,
    });
    if (next !== undefined) this.#host.after(this.#host.phaseMs, () => this.#step === step && next());
  }
}
