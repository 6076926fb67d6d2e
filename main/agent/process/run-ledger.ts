import { OneAtATime } from "#main/node/one-at-a-time.ts";
import type { RunnableRelease } from "./launch-spec.ts";
import type { ProcessIdentity } from "./process-identity.ts";
import { runRecordDocument, type BesideRecord, type RunRecord } from "./run-record.ts";

const isSame = (left: ProcessIdentity, right: ProcessIdentity): boolean => left.pid === right.pid && left.stamp === right.stamp;

/**
 * The durable account of an application's processes: one serves, others get ready or end beside it. Each change is one
 * write, so that there is no moment at which two serve, or one that runs is not known.
 */
export class RunLedger {
  readonly #document: ReturnType<typeof runRecordDocument>;
  readonly #machineBoot: string | undefined;
  readonly #turns = new OneAtATime();
  #record: RunRecord | undefined;
  /** Whether the record's process is one that serves; a gone one stays named while something runs beside it. */
  #isServing = false;

  constructor(path: string, machineBoot: string | undefined) {
    this.#document = runRecordDocument(path);
    this.#machineBoot = machineBoot;
  }

  /** What an earlier agent left; `recovered` names a damaged copy. */
  async read(): Promise<{ readonly record: RunRecord | undefined; readonly recovered?: string | undefined }> {
    const { value, recovered } = await this.#document.read();
    this.#record = value;
    return { record: value, recovered };
  }

  /** This process serves from now on. */
  serves(process: ProcessIdentity, { release, runSpec }: RunnableRelease): Promise<void> {
    return this.#turns.run(async () => {
      await this.#write({ ...this.#entry(process, release, runSpec.stopDeadlineMs), ...this.#besides(this.#beside) });
      this.#isServing = true;
    });
  }

  /** The process that was taken over from an earlier agent serves. */
  adopted(): void {
    this.#isServing = true;
  }

  /** No process serves now. */
  servesNoMore(): Promise<void> {
    return this.#turns.run(async () => {
      this.#isServing = false;
      if (this.#beside.length === 0) await this.#forget();
    });
  }

  /** This process gets ready beside the one that serves. */
  getsReady(process: ProcessIdentity, { release, runSpec }: RunnableRelease): Promise<void> {
    return this.#turns.run(() => this.#rewrite([...this.#beside, { process, release, stopDeadlineMs: runSpec.stopDeadlineMs }]));
  }

  /** One that got ready serves from now on, and the one that served is to end. */
  takesOver(process: ProcessIdentity): Promise<void> {
    return this.#turns.run(async () => {
      const next = this.#beside.find((one) => isSame(one.process, process));
      const before = this.#record;
      if (next === undefined || before === undefined) return;
      const rest = this.#beside.filter((one) => one !== next);
      const left = this.#isServing ? [{ process: before.process, release: before.release, stopDeadlineMs: before.stopDeadlineMs }] : [];
      await this.#write({ ...this.#entry(next.process, next.release, next.stopDeadlineMs), ...this.#besides([...rest, ...left]) });
      this.#isServing = true;
    });
  }

  /** It was asked to end, and has until then. */
  isEnding(process: ProcessIdentity, untilMs: number): Promise<void> {
    return this.#turns.run(() => this.#rewrite(this.#beside.map((one) => (isSame(one.process, process) ? { ...one, untilMs } : one))));
  }

  /** It is gone. */
  hasEnded(process: ProcessIdentity): Promise<void> {
    return this.#turns.run(async () => {
      const rest = this.#beside.filter((one) => !isSame(one.process, process));
      if (rest.length === 0 && !this.#isServing) return this.#forget();
      await this.#rewrite(rest);
    });
  }

  get #beside(): readonly BesideRecord[] {
    return this.#record?.beside ?? [];
  }

  #besides(beside: readonly BesideRecord[]): Pick<RunRecord, "beside"> {
    return beside.length === 0 ? {} : { beside: [...beside] };
  }

  #entry(process: ProcessIdentity, release: RunRecord["release"], stopDeadlineMs: number): RunRecord {
    return { schema: 1, process, release, stopDeadlineMs, ...(this.#machineBoot !== undefined && { machineBoot: this.#machineBoot }) };
  }

  async #rewrite(beside: readonly BesideRecord[]): Promise<void> {
    if (this.#record === undefined) return;
    const { beside: _before, ...record } = this.#record;
    await this.#write({ ...record, ...this.#besides(beside) });
  }

  /** Believed once it is durable. */
  async #write(record: RunRecord): Promise<void> {
    await this.#document.write(record);
    this.#record = record;
  }

  async #forget(): Promise<void> {
    this.#record = undefined;
    await this.#document.remove();
  }
}
