import type { ReportBody, ReportFrame } from "#shared/protocol/agent-frames.ts";

/** The reports that the control plane has not acknowledged, in the order in which they were numbered. */
export class PendingReports {
  #frames: readonly ReportFrame[] = [];

  /** Adds a numbered report behind all others. One that is there already, since it was written twice, is not added again. */
  add(frame: ReportFrame): void {
    if (this.#frames.some(({ boot, sequence }) => boot === frame.boot && sequence === frame.sequence)) return;
    this.#frames = [...this.#frames, frame];
  }

  /** Forgets those of `boot` up to `sequence`; whether there were any. */
  acknowledge(boot: string, sequence: number): boolean {
    const before = this.#frames.length;
    this.#frames = this.#frames.filter((frame) => frame.boot !== boot || frame.sequence > sequence);
    return this.#frames.length < before;
  }

  /** Forgets those that match. */
  drop(matches: (frame: ReportFrame) => boolean): void {
    this.#frames = this.#frames.filter((frame) => !matches(frame));
  }

  /** Whether a `state` report is among them. */
  hasState(): boolean {
    return this.#frames.some(({ body }) => body.kind === "state");
  }

  /** Whether the same entering of the same phase is among them. */
  hasPhase(body: ReportBody): boolean {
    if (body.kind !== "phase") return false;
    const { applicationId, releaseId, phase, grantId, at } = body;
    return this.#frames.some(
      ({ body: open }) =>
        open.kind === "phase" &&
        open.at === at &&
        open.phase === phase &&
        open.applicationId === applicationId &&
        open.releaseId === releaseId &&
        open.grantId === grantId,
    );
  }

  /** All of them, oldest first. */
  all(): readonly ReportFrame[] {
    return this.#frames;
  }
}
