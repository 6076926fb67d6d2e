import { AppError } from "#shared/errors/app-error.ts";
import type { AgentFrame, ReportBody } from "#shared/protocol/agent-frames.ts";
import { reportBytes } from "#shared/protocol/signing.ts";
import type { RawDatabase } from "../ports/database.ts";
import type { AdmittedHost } from "./host-admission.ts";
import { isSignedBy } from "#main/node/ed25519-signature.ts";
import { writeCommandOutcome } from "./hot/command-rows.ts";
import { advanceReports, writeHostEvent, writeLastSeen } from "./hot/link-rows.ts";
import { isKeptForProof, writeSignedReport } from "./hot/signed-report-rows.ts";
import type { LinkContext } from "./link-context.ts";
import type { OpenLink } from "./open-link.ts";
import { advanceCursor, judgeReport, openCursor, type ReportCursor } from "./report-order.ts";

type ReceivedReport = Extract<AgentFrame, { readonly type: "report" }>;

/**
 * The reports of one link: signed by the host, strictly in order, each committed once and acknowledged after its commit.
 * What a cloned host says goes to its timeline only, since nobody knows of which machine it speaks.
 */
export class ReportIntake {
  readonly #context: LinkContext;
  readonly #host: AdmittedHost;
  #cursor: ReportCursor;
  /** A report was not written. None that follows it may be: the counter would pass over it, and its host would forget it. */
  #isBroken = false;

  constructor(context: LinkContext, host: AdmittedHost, linkBoot: string) {
    this.#context = context;
    this.#host = host;
    this.#cursor = openCursor(linkBoot, host.reports.boot, host.reports.sequence);
  }

  /** Reports up to here are durable for the link's own boot. */
  get acknowledgedSequence(): number {
    return this.#cursor.boot === this.#cursor.linkBoot ? this.#cursor.sequence : 0;
  }

  /**
   * Checks one report and hands it to the next group commit. Resolves with the commit under way, so that the next
   * report is checked meanwhile; commits keep the order.
   *
   * @throws AppError HOST_SIGNATURE_INVALID, HOST_REPORT_REPLAYED or LINK_FRAME_INVALID (a gap); nothing was taken.
   */
  async take(frame: ReceivedReport, link: OpenLink): Promise<{ readonly committed: Promise<void> }> {
    const bytes = signedBytes(this.#host.hostId, frame);
    if (!(await isSignedBy(this.#host.key, bytes, frame.signature))) {
      throw new AppError("HOST_SIGNATURE_INVALID", `Report ${frame.sequence} does not carry this host's signature; it was not taken.`);
    }
    const verdict = judgeReport(this.#cursor, frame);
    if (verdict === "replayed") {
      throw new AppError("HOST_REPORT_REPLAYED", `Report ${frame.sequence} belongs to a run of the agent that is over; it was not taken.`);
    }
    if (verdict === "gap") {
      throw new AppError("LINK_FRAME_INVALID", `Report ${frame.sequence} came out of order; it was not taken.`);
    }
    if (verdict === "take") this.#cursor = advanceCursor(this.#cursor, frame);
    return { committed: this.#commit(frame, link) };
  }

  async #commit(frame: ReceivedReport, link: OpenLink): Promise<void> {
    const { store, clock, presence } = this.#context;
    const isCloned = presence.isCloned(this.#host.hostId);
    const written = store.hot((raw) =>
      this.#inOrder(() => {
        if (!advanceReports(raw, this.#host.hostId, frame.boot, frame.sequence)) return false;
        if (isKeptForProof(frame.body))
          writeSignedReport(raw, this.#host, { ...frame, signedBody: frame.signedBody ?? frame.body }, clock.now());
        return this.#write(raw, frame.body, isCloned, clock.now());
      }),
    );
    const isNews = await written.catch((thrown: unknown) => {
      this.#isBroken = true;
      throw thrown;
    });
    link.send({ type: "report-ack", boot: frame.boot, sequence: frame.sequence });
    if (!isNews || isCloned) return;
    if (frame.body.kind === "command") this.#context.commands.finished(link, frame.body.commandId);
    else this.#context.seam.observed(this.#host.hostId);
  }

  #inOrder<T>(write: () => T): T {
    if (this.#isBroken) throw new AppError("TRANSPORT_CLOSED", "A report before this one was not written; nor was this one.");
    this.#isBroken = true;
    const result = write();
    this.#isBroken = false;
    return result;
  }

  /** False when the report changed nothing that others have to hear about. */
  #write(raw: RawDatabase, body: ReportBody, isCloned: boolean, now: number): boolean {
    const { hostId } = this.#host;
    if (isCloned) {
      writeLastSeen(raw, hostId, now);
      if (body.kind === "phase") writeHostEvent(raw, hostId, clonedEvent(body, now));
      return true;
    }
    if (body.kind !== "command") {
      this.#context.seam.record(raw, hostId, body, now);
      return true;
    }
    writeLastSeen(raw, hostId, now);
    if (!writeCommandOutcome(raw, hostId, body, now)) return false;
    writeHostEvent(raw, hostId, {
      at: now,
      kind: `command.${body.outcome}`,
      message: body.message,
      details: { commandId: body.commandId },
    });
    return true;
  }
}

function signedBytes(hostId: string, { boot, sequence, body, signedBody }: ReceivedReport): Uint8Array {
  try {
    return reportBytes({ hostId, boot, sequence, body: signedBody ?? body });
  } catch (cause) {
    throw new AppError("LINK_FRAME_INVALID", `Report ${sequence} is nested deeper than it can be read; it was not taken.`, { cause });
  }
}

function clonedEvent(body: ReportBody & { readonly kind: "phase" }, now: number) {
  return {
    at: now,
    kind: "cloned.report",
    applicationId: body.applicationId,
    message: `One of two machines that share this identity reports ${body.phase}; its state was not taken.`,
    details: { phase: body.phase, releaseId: body.releaseId },
  };
}
