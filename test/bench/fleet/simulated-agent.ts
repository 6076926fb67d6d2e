import { randomBytes } from "node:crypto";
import { type ReportBody } from "#shared/protocol/agent-frames.ts";
import { controlFrame, type ControlFrame } from "#shared/protocol/control-frames.ts";
import { PROTOCOL_VERSION } from "#shared/protocol/limits.ts";
import { linkProofBytes, reportBytes } from "#shared/protocol/signing.ts";
import { type EnrolledHost, FACTS } from "./enrol.ts";

/** What carries frames for a simulated agent: a WebSocket or polling. */
export type Carrier = {
  readonly send: (text: string) => void;
  readonly close: () => void;
};

type Waiting = { readonly sequence: number; readonly settle: () => void; readonly fail: (cause: Error) => void };

/**
 * The wire of one agent without anything behind it: proves its key, says hello, sends signed reports and acknowledges
 * what it is told. Reports can be signed ahead of time, so that a load is not bounded by our own signing.
 */
export class SimulatedAgent {
  readonly host: EnrolledHost;
  readonly #boot = randomBytes(16).toString("base64url");
  readonly #opened = Promise.withResolvers<void>();
  readonly #waiting: Waiting[] = [];
  #carrier: Carrier | undefined;
  #sequence = 0;
  /** Called with the id of every command, right after its acknowledgement was sent. */
  onCommand: (commandId: string) => void = () => undefined;

  constructor(host: EnrolledHost) {
    this.host = host;
  }

  /** Resolves when the control plane knows who this is and has been greeted. */
  get opened(): Promise<void> {
    return this.#opened.promise;
  }

  /** To be called once, before the first frame. */
  carriedBy(carrier: Carrier): void {
    this.#carrier = carrier;
  }

  /** Takes one frame of the control plane. */
  receive(frame: ControlFrame): void {
    if (frame.type === "challenge") this.#prove(frame.nonce);
    if (frame.type === "welcome") this.#greet();
    if (frame.type === "report-ack") this.#acknowledged(frame.sequence);
    if (frame.type === "desired") this.#send({ type: "ack", of: "desired", pair: frame.pair });
    if (frame.type === "halt") this.#send({ type: "ack", of: "halt", haltId: frame.haltId, switching: [] });
    if (frame.type === "command") {
      this.#send({ type: "ack", of: "command", commandId: frame.commandId });
      this.onCommand(frame.commandId);
    }
    if (frame.type === "bye") this.lost(new Error(`The control plane said goodbye: ${frame.code} ${frame.message}`));
  }

  /** Takes one frame as text, as it came over a wire. */
  receiveText(text: string): void {
    this.receive(controlFrame.parse(JSON.parse(text)));
  }

  /** The connection is gone; whoever waits is told. */
  lost(cause: Error): void {
    this.#opened.reject(cause);
    for (const { fail } of this.#waiting.splice(0)) fail(cause);
  }

  /** Signs the next report without sending it. Reports have to be sent in the order in which they were signed. */
  prepareReport(): { readonly sequence: number; readonly text: string } {
    const sequence = ++this.#sequence;
    const body: ReportBody = { kind: "state", at: Date.now(), applications: [] };
    const signature = this.host.key.sign(reportBytes({ hostId: this.host.hostId, boot: this.#boot, sequence, body }));
    return { sequence, text: JSON.stringify({ type: "report", boot: this.#boot, sequence, body, signature }) };
  }

  /** Sends a prepared report; resolves when the control plane has it for good. */
  sendReport(report: { readonly sequence: number; readonly text: string }): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.push({ sequence: report.sequence, settle: resolve, fail: reject });
    this.#carrier?.send(report.text);
    return promise;
  }

  /** Ends the connection. */
  close(): void {
    this.#carrier?.close();
  }

  #prove(nonce: string): void {
    const { hostId, key } = this.host;
    const signature = key.sign(linkProofBytes({ hostId, nonce, boot: this.#boot }));
    this.#send({ type: "proof", v: PROTOCOL_VERSION, hostId, boot: this.#boot, publicKey: key.publicKey, signature });
  }

  #greet(): void {
    this.#send({ type: "hello", facts: FACTS, applications: [] });
    this.#opened.resolve();
  }

  #acknowledged(sequence: number): void {
    while (this.#waiting[0] !== undefined && this.#waiting[0].sequence <= sequence) this.#waiting.shift()?.settle();
  }

  #send(frame: object): void {
    this.#carrier?.send(JSON.stringify(frame));
  }
}
