import { z } from "zod";
import { MAX_DELTAS } from "#shared/domain/release/delta.ts";
import type { FetchedRelease } from "#shared/domain/host/fetched.ts";
import { sha256Hex } from "#shared/lib/scalars.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { DurableDocument } from "../state/durable-document.ts";

/** A delta that is begun this often without an end takes the agent or the machine along. */
const MAX_TRIES = 3;

/** Deltas that are remembered: those of the release and of a few in between. */
const MAX_REMEMBERED = 4 * MAX_DELTAS;

const rememberedDelta = z.object({
  sha256: sha256Hex,
  /** What came of it over the network. */
  bytes: z.int().min(0),
  /** How often applying it was begun. */
  tries: z.int().min(0),
  /** Why it did not lead here. */
  givenUp: z.string().max(300).optional(),
});
type RememberedDelta = z.infer<typeof rememberedDelta>;

const record = z.object({
  schema: z.literal(1),
  deltas: z.array(rememberedDelta).max(MAX_REMEMBERED),
  /** With how many of them the whole file was made; absent until it was. */
  madeWith: z.int().min(1).optional(),
});

/** Why a delta is given up, and what had come of it. */
export type GivenUp = { readonly bytes: number; readonly reason: string; readonly isLasting: boolean };

/**
 * What one way to a release's bytes has taken so far, durable: what a killed agent began is neither counted twice nor
 * begun for ever.
 */
export class WayRecord {
  readonly #document: DurableDocument<z.infer<typeof record>>;
  #value: z.infer<typeof record> = { schema: 1, deltas: [] };
  /** Given up by this try alone, with the reason. */
  readonly #passing = new Map<string, string>();

  private constructor(document: DurableDocument<z.infer<typeof record>>) {
    this.#document = document;
  }

  /** Reads what an earlier try left. A record that is damaged in both copies counts for nothing. */
  static async open(path: string): Promise<WayRecord> {
    const opened = new WayRecord(new DurableDocument(path, record));
    const kept = await opened.#document.read().catch(() => ({ value: undefined }));
    if (kept.value !== undefined) opened.#value = kept.value;
    return opened;
  }

  /** Digests of deltas that are not tried again. */
  get givenUp(): ReadonlySet<string> {
    return new Set(this.#reasons().keys());
  }

  /** All of a delta, or what came of it, is here. */
  came(sha256: string, bytes: number): Promise<void> {
    return this.#change({ ...this.#of(sha256), bytes });
  }

  /**
   * A delta is about to be applied.
   *
   * @throws AppError DELTA_INVALID when that was begun too often without coming to an end.
   */
  async begin(sha256: string): Promise<void> {
    const known = this.#of(sha256);
    if (known.tries >= MAX_TRIES)
      throw new AppError("DELTA_INVALID", `Applying the delta was begun ${known.tries} times and never ended; it is not begun again.`);
    await this.#change({ ...known, tries: known.tries + 1 });
  }

  /** A delta did not lead here; `isLasting` keeps later tries from it, too. */
  giveUp(sha256: string, { bytes, reason, isLasting }: GivenUp): Promise<void> {
    const givenUp = reason.slice(0, 300);
    this.#passing.set(sha256, givenUp);
    return this.#change({ ...this.#of(sha256), bytes, ...(isLasting && { givenUp }) });
  }

  /** The whole file has been made with so many deltas. */
  made(deltas: number): Promise<void> {
    this.#value = { ...this.#value, madeWith: deltas };
    return this.#document.write(this.#value);
  }

  /** The whole file, made before, is of no use. */
  async unmake(): Promise<void> {
    if (this.#value.madeWith === undefined) return;
    const { madeWith: _gone, ...rest } = this.#value;
    this.#value = rest;
    await this.#document.write(rest);
  }

  /** Whether the whole file was made with deltas. */
  get isMade(): boolean {
    return this.#value.madeWith !== undefined;
  }

  /** What to tell of it. @param wholeBytes what came of the whole file. */
  told(wholeBytes: number, fullBytes: number): FetchedRelease {
    const { deltas, madeWith = 0 } = this.#value;
    const reasons = [...this.#reasons().values()];
    const reason = reasons.at(-1);
    const bytes = wholeBytes + deltas.reduce((sum, one) => sum + one.bytes, 0);
    return { bytes, fullBytes, deltas: madeWith, ...(reason !== undefined && { givenUp: { deltas: reasons.length, reason } }) };
  }

  #reasons(): ReadonlyMap<string, string> {
    const lasting = this.#value.deltas.flatMap(({ sha256, givenUp }) => (givenUp === undefined ? [] : [[sha256, givenUp] as const]));
    return new Map([...lasting, ...this.#passing]);
  }

  #of(sha256: string): RememberedDelta {
    return this.#value.deltas.find((one) => one.sha256 === sha256) ?? { sha256, bytes: 0, tries: 0 };
  }

  #change(changed: RememberedDelta): Promise<void> {
    const others = this.#value.deltas.filter((one) => one.sha256 !== changed.sha256);
    this.#value = { ...this.#value, deltas: [...others, changed].slice(-MAX_REMEMBERED) };
    return this.#document.write(this.#value);
  }
}
