import { z } from "zod";
import { bootId, reportFrame, type ReportBody, type ReportFrame } from "#shared/protocol/agent-frames.ts";
import { reportBytes } from "#shared/protocol/signing.ts";
import type { HostId } from "#shared/lib/ids.ts";
import { AppendLog } from "#main/node/append-log.ts";
import { PendingReports } from "./pending-reports.ts";

/** Who signs reports, and under which boot of the agent they are numbered. */
export type ReportSource = { readonly hostId: HostId; readonly boot: string; sign(bytes: Uint8Array): string };

const line = z.union([z.object({ report: reportFrame }), z.object({ acknowledged: z.object({ boot: bootId, sequence: z.int().min(0) }) })]);

type Acknowledgement = { readonly boot: string; readonly sequence: number };

/** Above this the log is rewritten with what is still open, so that it does not grow for ever. */
const COMPACT_ABOVE_BYTES = 256 * 1024;

/**
 * Reports on their way to the control plane. A report is numbered, signed and durable before it is sent, and kept until
 * the control plane says that it is durable there. Phase and command reports are never dropped. `state` reports replace
 * each other until one is numbered, and at most one numbered one is open: a slow or absent control plane costs nothing.
 * They say how things are, which the next agent says anew in its `hello`: they, and the receipts for them, stay in memory
 * until something else has to be durable, which takes them along, so that an idle host writes nothing.
 *
 * INVARIANTS: within a boot, numbers have no gaps, on disk neither, and are sent in order; a number is never used for two
 * contents, since each start of the agent is a boot of its own.
 */
export class Outbox {
  readonly #source: ReportSource;
  readonly #log: AppendLog;
  readonly #pending: PendingReports;
  #acknowledged: Acknowledgement | undefined;
  /** What is known here alone: the last receipt, and the open `state` report. */
  #unwritten: { readonly receipt?: Acknowledgement | undefined; readonly state?: ReportFrame | undefined } = {};
  #appending: Promise<void> = Promise.resolve();
  #lastSequence = 0;
  #numberingState = false;
  #state: ReportBody | undefined;
  #send: ((frame: ReportFrame) => void) | undefined;

  private constructor(source: ReportSource, log: AppendLog, pending: PendingReports, acknowledged: Acknowledgement | undefined) {
    this.#source = source;
    this.#log = log;
    this.#pending = pending;
    this.#acknowledged = acknowledged;
  }

  /**
   * Opens the outbox with what earlier boots left in it.
   *
   * The control plane takes reports of one earlier boot only: the last of which it took any. So what is open of other
   * boots, and everything when a damaged line has left a gap that would never close, is numbered again under this boot.
   * What was taken without its acknowledgement having come back may then arrive twice.
   */
  static async open(path: string, source: ReportSource): Promise<{ readonly outbox: Outbox; readonly damaged: number }> {
    const { log, lines, damaged } = await AppendLog.open(path);
    const pending = new PendingReports();
    let acknowledged: Acknowledgement | undefined;
    for (const text of lines) {
      const parsed = line.safeParse(JSON.parse(text));
      if (!parsed.success) continue;
      if ("report" in parsed.data) pending.add(parsed.data.report);
      else {
        acknowledged = parsed.data.acknowledged;
        pending.acknowledge(acknowledged.boot, acknowledged.sequence);
      }
    }
    const outbox = new Outbox(source, log, pending, acknowledged);
    await outbox.#renumber(damaged > 0 ? undefined : acknowledged?.boot);
    return { outbox, damaged };
  }

  /** The control plane does not know an earlier boot any more: what is open of earlier ones goes under this one. */
  renumberEarlierBoots(): Promise<void> {
    return this.#renumber(undefined);
  }

  /** Open reports, oldest first. */
  get open(): readonly ReportFrame[] {
    return this.#pending.all();
  }

  /** Whether the outcome of a command is among the open reports. */
  hasCommandReport(commandId: string): boolean {
    return this.#pending.all().some(({ body }) => body.kind === "command" && body.commandId === commandId);
  }

  /**
   * Takes a report. Resolves when it is durable, unless it is a `state`; it is sent as soon as there is a link. A phase that
   * is among the open reports already, since a kill came before it was crossed out elsewhere, is not taken twice.
   */
  append(body: ReportBody): Promise<void> {
    const done = this.#appending.then(async () => {
      if (this.#pending.hasPhase(body)) return;
      const frame = this.#seal(body, this.#lastSequence + 1);
      if (body.kind === "state") this.#unwritten = { ...this.#unwritten, state: frame };
      else {
        const taken = this.#unwritten;
        await this.#log.append([...this.#unwrittenLines(), JSON.stringify({ report: frame })]);
        // A receipt that came meanwhile is not on disk.
        if (this.#unwritten === taken) this.#unwritten = {};
      }
      // Only a number that is on disk is taken: a full disk leaves no gap.
      this.#lastSequence = frame.sequence;
      this.#pending.add(frame);
      this.#send?.(frame);
    });
    this.#appending = done.catch(() => undefined);
    return done;
  }

  /** Takes the newest observation in place of the one before it, if that was not numbered yet. */
  async offerState(body: ReportBody): Promise<void> {
    this.#state = body;
    await this.#flushState();
  }

  /** A link is open: sends what is open, in order, and from then on whatever becomes durable. */
  async attach(send: (frame: ReportFrame) => void): Promise<void> {
    this.#send = send;
    for (const frame of this.#pending.all()) send(frame);
    await this.#flushState();
  }

  /** The link ended. */
  detach(): void {
    this.#send = undefined;
  }

  /** The control plane has everything of `boot` up to `sequence`. */
  async acknowledge(boot: string, sequence: number): Promise<void> {
    const { state } = this.#unwritten;
    const before = this.#pending.all().length;
    if (!this.#pending.acknowledge(boot, sequence)) return;
    this.#acknowledged = { boot, sequence };
    const isOfState = state !== undefined && !this.#pending.all().includes(state);
    if (isOfState) this.#unwritten = { receipt: this.#acknowledged };
    if (isOfState && before - this.#pending.all().length === 1) return this.#flushState();
    this.#unwritten = { state: isOfState ? undefined : state };
    if (this.#log.sizeBytes > COMPACT_ABOVE_BYTES) await this.#rewrite();
    else await this.#log.append(JSON.stringify({ acknowledged: { boot, sequence } }), "lossy");
    await this.#flushState();
  }

  /** Waits for what is being written. */
  close(): Promise<void> {
    this.detach();
    return this.#log.close();
  }

  async #flushState(): Promise<void> {
    if (this.#send === undefined || this.#state === undefined || this.#pending.hasState()) return;
    if (this.#numberingState) return;
    const body = this.#state;
    this.#state = undefined;
    this.#numberingState = true;
    try {
      await this.append(body);
    } finally {
      this.#numberingState = false;
    }
  }

  #seal(body: ReportBody, sequence: number): ReportFrame {
    const { hostId, boot } = this.#source;
    const signature = this.#source.sign(reportBytes({ hostId, boot, sequence, body }));
    return { type: "report", boot, sequence, body, signature };
  }

  async #renumber(keepBoot: string | undefined): Promise<void> {
    const { boot } = this.#source;
    const isStale = (frame: ReportFrame): boolean => frame.boot !== boot && frame.boot !== keepBoot;
    if (!this.#pending.all().some(isStale)) return;
    const done = this.#appending.then(async () => {
      const stale = this.#pending.all().filter(isStale);
      for (const { body } of stale) {
        this.#lastSequence += 1;
        this.#pending.add(this.#seal(body, this.#lastSequence));
      }
      this.#pending.drop(isStale);
      await this.#rewrite();
    });
    this.#appending = done.catch(() => undefined);
    return done;
  }

  async #rewrite(): Promise<void> {
    const taken = this.#unwritten;
    await this.#log.replace(() => this.#openLines());
    if (this.#unwritten === taken) this.#unwritten = {};
  }

  #unwrittenLines(): readonly string[] {
    const { receipt, state } = this.#unwritten;
    return [...(receipt === undefined ? [] : [{ acknowledged: receipt }]), ...(state === undefined ? [] : [{ report: state }])].map((one) =>
      JSON.stringify(one),
    );
  }

  #openLines(): readonly string[] {
    const reports = this.#pending.all().map((frame) => JSON.stringify({ report: frame }));
    // Which boot was heard last must outlive the acknowledged reports themselves.
    return this.#acknowledged === undefined ? reports : [JSON.stringify({ acknowledged: this.#acknowledged }), ...reports];
  }
}
