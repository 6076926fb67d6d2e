import { z } from "zod";
import { desiredFrame, type DesiredFrame } from "#shared/protocol/control-frames.ts";
import { isNewerDocument, isPlausibleDocument, isSameDocument } from "../update/document-order.ts";
import { DurableDocument } from "./durable-document.ts";

const stored = z.object({
  schema: z.literal(1),
  frame: desiredFrame,
  /** When it came, on the monotonic clock of the named boot, so that its leases go on counting over an agent restart. */
  receivedAtMs: z.number(),
  machineBoot: z.string().max(64).optional(),
});

/** The desired state in force. `receivedAtMs` is -Infinity when its leases can no longer be told. */
export type DesiredState = { readonly frame: DesiredFrame; readonly receivedAtMs: number };

/**
 * What became of a document that arrived. `repeated` is the one in force, sent again: its leases count anew. `older` and
 * `implausible` ones, whose epoch lies absurdly far ahead, change nothing.
 */
export type AppliedAs = "applied" | "repeated" | "older" | "implausible";

/** Keeps the last applied document. Only a newer pair replaces it, and only what is durable is in force. */
export class DesiredStore {
  readonly #document: DurableDocument<z.infer<typeof stored>>;
  readonly #machineBoot: string | undefined;
  #state: DesiredState | undefined;

  constructor(path: string, machineBoot: string | undefined) {
    this.#document = new DurableDocument(path, stored);
    this.#machineBoot = machineBoot;
  }

  get current(): DesiredState | undefined {
    return this.#state;
  }

  /** Reads what was in force; the path of a damaged copy that was recovered, if any. */
  async load(): Promise<string | undefined> {
    const { value, recovered } = await this.#document.read();
    if (value !== undefined) {
      const comparable = value.machineBoot !== undefined && value.machineBoot === this.#machineBoot;
      this.#state = { frame: value.frame, receivedAtMs: comparable ? value.receivedAtMs : Number.NEGATIVE_INFINITY };
    }
    return recovered;
  }

  /** Applies a document if it is newer; resolves when it is durable. Calls must not overlap. */
  async apply(frame: DesiredFrame, receivedAtMs: number): Promise<AppliedAs> {
    const applied = this.#state?.frame.pair;
    const isRepeated = isSameDocument(frame.pair, applied);
    if (!isRepeated && !isNewerDocument(frame.pair, applied)) return "older";
    if (!isPlausibleDocument(frame.pair, applied)) return "implausible";
    await this.#document.write({
      schema: 1,
      frame,
      receivedAtMs,
      ...(this.#machineBoot !== undefined && { machineBoot: this.#machineBoot }),
    });
    this.#state = { frame, receivedAtMs };
    return isRepeated ? "repeated" : "applied";
  }
}
