import { controlFrame, type ControlFrame } from "#shared/protocol/control-frames.ts";
import { newBoot } from "#test/simulation/fleet/agent-identity.ts";
import { SIMULATED_FACTS } from "#test/simulation/fleet/simulated-agent.ts";
import type { EnrolledHost } from "./enrol.ts";

/** What carries frames for a simulated agent: a WebSocket or polling. */
export type Carrier = {
  readonly send: (text: string) => void;
  readonly close: () => void;
};

type Waiting = { readonly sequence: number; readonly settle: () => void; readonly fail: (cause: Error) => void };

/**
 * The wire of one agent without anything behind it, for driving as many reports as the other side takes: proves its
 * key, says hello, knows when each report is acknowledged, and acknowledges what it is told. The agent of
 * `test/simulation` is the one with a life; this one has only a pulse.
 */
export class LoadAgent {
  readonly host: EnrolledHost;
  readonly #boot = newBoot();
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
    const { hostId, identity } = this.host;
    const frame = identity.report(hostId, this.#boot, sequence, { kind: "state", at: Date.now(), applications: [] });
    return { sequence, text: JSON.stringify(frame) };
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
    const { hostId, identity } = this.host;
    this.#send(identity.proof(hostId, nonce, this.#boot));
  }

  #greet(): void {
    this.#send({ type: "hello", facts: SIMULATED_FACTS, applications: [] });
    this.#opened.resolve();
  }

  #acknowledged(sequence: number): void {
    while (this.#waiting[0] !== undefined && this.#waiting[0].sequence <= sequence) this.#waiting.shift()?.settle();
  }

  #send(frame: object): void {
    this.#carrier?.send(JSON.stringify(frame));
  }
}
