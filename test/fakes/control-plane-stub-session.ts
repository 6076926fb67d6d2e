import { createPublicKey, randomBytes, verify } from "node:crypto";
import { agentFrame, type AgentFrame, type ReportFrame } from "#shared/protocol/agent-frames.ts";
import type { ControlFrame } from "#shared/protocol/control-frames.ts";
import type { TailedFrame } from "#shared/protocol/log-tail.ts";
import { linkProofBytes, reportBytes } from "#shared/protocol/signing.ts";

/** The control plane's end of one link, whatever carries it. */
export type StubWire = { send(frame: ControlFrame): void; close(code: number): void };

/** What sessions share with the stub. */
export type StubMind = {
  readonly hostKeys: ReadonlyMap<string, string>;
  readonly accessToken: string;
  readonly stateIntervalMs: number;
  /** Highest committed number of each boot. */
  readonly committed: Map<string, number>;
  /** Says no to the next links, with this frame. */
  farewell: Extract<ControlFrame, { type: "bye" }> | undefined;
  /** Reports are taken but not acknowledged. */
  withholdAcks: boolean;
  onHello(session: StubSession, hello: Extract<AgentFrame, { type: "hello" }>): void;
  onReport(report: ReportFrame): void;
  onTailed(piece: TailedFrame): void;
  onAck(ack: Extract<AgentFrame, { type: "ack" }>): void;
  onProblem(problem: string): void;
};

/** Whether an Ed25519 signature by the raw key holds. */
export function isSignedBy(publicKey: string, bytes: Uint8Array, signature: string): boolean {
  const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: publicKey }, format: "jwk" });
  return verify(null, bytes, key, Buffer.from(signature, "base64url"));
}

/** Speaks the link's protocol strictly: what an agent does wrong is a problem that the test sees. */
export class StubSession {
  readonly #mind: StubMind;
  readonly #wire: StubWire;
  readonly #nonce = randomBytes(32).toString("base64url");
  #hostId: string | undefined;
  #isOpen = false;

  constructor(mind: StubMind, wire: StubWire) {
    this.#mind = mind;
    this.#wire = wire;
    wire.send({ type: "challenge", v: 1, nonce: this.#nonce });
  }

  send(frame: ControlFrame): void {
    this.#wire.send(frame);
  }

  close(code: number): void {
    this.#wire.close(code);
  }

  receive(document: unknown): void {
    const parsed = agentFrame.safeParse(document);
    if (!parsed.success) return this.#mind.onProblem(`a frame that does not hold: ${parsed.error.message}`);
    const frame = parsed.data;
    if (frame.type === "proof") return this.#prove(frame);
    if (this.#hostId === undefined) return this.#mind.onProblem(`a ${frame.type} frame before the proof`);
    if (frame.type === "hello") {
      this.#isOpen = true;
      return this.#mind.onHello(this, frame);
    }
    if (!this.#isOpen) return this.#mind.onProblem(`a ${frame.type} frame before hello`);
    if (frame.type === "report") return this.#report(frame, this.#hostId);
    if (frame.type === "tailed") return this.#mind.onTailed(frame);
    return this.#mind.onAck(frame);
  }

  #prove(proof: Extract<AgentFrame, { type: "proof" }>): void {
    const { hostId, boot, signature, publicKey } = proof;
    const known = this.#mind.hostKeys.get(hostId);
    if (known !== publicKey || !isSignedBy(publicKey, linkProofBytes({ hostId, nonce: this.#nonce, boot }), signature)) {
      return this.#mind.onProblem("a proof that does not hold");
    }
    if (this.#mind.farewell !== undefined) {
      this.send(this.#mind.farewell);
      this.#mind.farewell = undefined;
      return this.close(4403);
    }
    this.#hostId = hostId;
    const acknowledgedSequence = this.#mind.committed.get(boot) ?? 0;
    const { accessToken, stateIntervalMs } = this.#mind;
    this.send({ type: "welcome", v: 1, now: Date.now(), stateIntervalMs, accessToken, accessTokenTtlMs: 600_000, acknowledgedSequence });
  }

  #report(report: ReportFrame, hostId: string): void {
    const { boot, sequence, body, signature } = report;
    const key = this.#mind.hostKeys.get(hostId) ?? "";
    if (!isSignedBy(key, reportBytes({ hostId, boot, sequence, body }), signature))
      return this.#mind.onProblem("a report with a wrong signature");
    const last = this.#mind.committed.get(boot) ?? 0;
    if (sequence > last + 1) return this.#mind.onProblem(`a gap: report ${sequence} after ${last}`);
    if (sequence === last + 1) {
      this.#mind.committed.set(boot, sequence);
      this.#mind.onReport(report);
    }
    if (!this.#mind.withholdAcks) this.send({ type: "report-ack", boot, sequence: this.#mind.committed.get(boot) ?? 0 });
  }
}
