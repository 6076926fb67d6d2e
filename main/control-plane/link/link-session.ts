import { AppError, toAppError } from "#shared/errors/app-error.ts";
import type { HostId } from "#shared/lib/ids.ts";
import type { AgentFrame, DocumentPair } from "#shared/protocol/agent-frames.ts";
import type { ControlFrame } from "#shared/protocol/control-frames.ts";
import { PROTOCOL_VERSION } from "#shared/protocol/limits.ts";
import { ACCESS_TOKEN_MS } from "./access-tokens.ts";
import { byeFor, farewellFor } from "./farewell.ts";
import { readAgentFrame, writeControlFrame } from "./frame-codec.ts";
import { admitHost, type AdmittedHost } from "./host-admission.ts";
import { writeFacts } from "./hot/link-rows.ts";
import type { LinkContext } from "./link-context.ts";
import type { LinkSocket } from "../ports/link-socket.ts";
import type { OpenLink } from "./open-link.ts";
import { ReportIntake } from "./report-intake.ts";

/** A link that is not open by then is closed. */
export const HANDSHAKE_MS = 10_000;

/** Bytes that may wait for a slow host before it is cut off; it comes back and is told the present state only. */
const MAX_BUFFERED_BYTES = 4 * 1024 * 1024;

type Proof = Extract<AgentFrame, { readonly type: "proof" }>;
type Hello = Extract<AgentFrame, { readonly type: "hello" }>;
type Bye = Extract<ControlFrame, { readonly type: "bye" }>;
type Ack = Extract<AgentFrame, { readonly type: "ack" }>;

/**
 * One connection of an agent:
 *
 *     challenged ──proof──▶ proving ──admitted──▶ greeted ──hello──▶ open
 *         │ late, refused      │ refused             │ late            │ bad frame, silence, revoked, stop
 *         └────────────────────┴───────▶ closed ◀────┴─────────────────┘
 *
 * The nonce is used up by the first proof, right or wrong. Frames are handled one after the other, but for the
 * acknowledgement of a halt, which overtakes; commits of reports overlap with the checks of the next.
 */
type Stage =
  | { readonly kind: "challenged"; readonly nonce: string }
  | { readonly kind: "proving" }
  | { readonly kind: "greeted" | "open"; readonly link: SessionLink; readonly intake: ReportIntake }
  | { readonly kind: "closed" };

const nothing = (): void => undefined;

/** Acknowledged halts are short; whatever else holds these words is read twice at worst. */
const mayBeHaltAck = (text: string): boolean => text.length < 8_192 && text.includes('"halt"');

/** See {@link Stage}. The transport calls `receive`, `alive` and, exactly once, `closed`. */
export class LinkSession {
  readonly #context: LinkContext;
  readonly #socket: LinkSocket;
  readonly #remote: string;
  #cancelDeadline: () => void;
  #stage: Stage;
  #tail: Promise<void> = Promise.resolve();

  /** @param remote address of the far end, for logs and the audit. */
  constructor(context: LinkContext, socket: LinkSocket, remote: string) {
    this.#context = context;
    this.#socket = socket;
    this.#remote = remote;
    const nonce = context.ids.secret();
    this.#stage = { kind: "challenged", nonce };
    this.#cancelDeadline = context.clock.after(HANDSHAKE_MS, () => this.#handshakeEnded());
    this.#send({ type: "challenge", v: PROTOCOL_VERSION, nonce });
  }

  /** Takes one frame as it came. Resolves when it is dealt with, so that a transport can hold back a flood. Never rejects. */
  receive(text: string): Promise<void> {
    if (this.#stage.kind === "open" && mayBeHaltAck(text)) return this.#overtake(text);
    return this.#enqueue(() => this.#readInTurn(text));
  }

  /** Takes a frame that was read already, by the polling transport. */
  receiveFrame(frame: AgentFrame): Promise<void> {
    return this.#enqueue(() => this.#handle(frame));
  }

  /** The far end answered a probe. */
  alive(): void {
    if (this.#stage.kind !== "open" && this.#stage.kind !== "greeted") return;
    this.#stage.link.heardAtMs = this.#context.clock.monotonicMs();
    this.#context.presence.alive(this.#stage.link);
  }

  /** Ends the link for a reason of the transport's: a frame too large to read, a binary message. */
  refuse(failure: AppError): void {
    if (this.#stage.kind === "open" || this.#stage.kind === "greeted")
      this.#context.refusals.record(this.#stage.link, failure, this.#remote);
    this.end(failure);
  }

  /** Says why and closes. Ending twice does nothing. */
  end(failure: AppError): void {
    if (this.#stage.kind === "closed") return;
    const { close, retry } = farewellFor(failure);
    this.leave(byeFor(failure, retry), close);
  }

  /** Says this goodbye and closes. */
  leave(bye: Bye, close: number): void {
    if (this.#stage.kind === "closed") return;
    this.#send(bye);
    this.#socket.close(close, bye.code);
    this.#over();
  }

  /** The connection is gone. */
  closed(): void {
    this.#over();
  }

  /** A person who paused waits for this word; it does not stand behind the reports that the host sent before it. */
  #overtake(text: string): Promise<void> {
    try {
      const frame = readAgentFrame(text);
      if (frame.type !== "ack" || frame.of !== "halt") return this.#enqueue(() => this.#handle(frame));
      return this.#handle(frame);
    } catch (thrown) {
      this.#fail(thrown);
      return Promise.resolve();
    }
  }

  #enqueue(work: () => Promise<void>): Promise<void> {
    this.#tail = this.#tail.then(async () => {
      if (this.#stage.kind === "closed") return;
      try {
        await work();
      } catch (thrown) {
        this.#fail(thrown);
      }
    });
    return this.#tail;
  }

  /** A polling host sends nothing before its last request was answered, so that its frames need no turns. */
  async #readInTurn(text: string): Promise<void> {
    const stage = this.#stage;
    const passage = stage.kind === "open" ? this.#context.gate.passage(stage.link.hostId) : undefined;
    if (passage !== undefined) await passage;
    if (this.#stageNow().kind !== "closed") await this.#handle(readAgentFrame(text));
  }

  #handle(frame: AgentFrame): Promise<void> {
    const stage = this.#stage;
    if (stage.kind === "challenged" && frame.type === "proof") return this.#prove(frame, stage.nonce);
    if (stage.kind === "greeted" && frame.type === "hello") return this.#hello(frame, stage.link, stage.intake);
    if (stage.kind !== "open" || frame.type === "proof") {
      throw new AppError("LINK_FRAME_INVALID", `A ${frame.type} frame has no place here; it was not taken.`);
    }
    stage.link.heardAtMs = this.#context.clock.monotonicMs();
    if (frame.type === "hello") return this.#hello(frame, stage.link, stage.intake);
    if (frame.type === "ack") return this.#acknowledged(frame, stage.link);
    if (frame.type === "tailed") return Promise.resolve(this.#context.tails.heard(stage.link, frame));
    return stage.intake.take(frame, stage.link).then(({ committed }) => {
      committed.catch((thrown: unknown) => this.#fail(thrown));
    });
  }

  async #prove(proof: Proof, nonce: string): Promise<void> {
    this.#stage = { kind: "proving" };
    const admission = await admitHost(this.#context.store, proof, nonce);
    if (this.#stageNow().kind === "closed") return;
    if (admission.outcome === "refused") {
      if (admission.known !== undefined) this.#context.refusals.record(admission.known, admission.failure, this.#remote);
      else this.#context.logger.warn({ hostId: proof.hostId, code: admission.failure.code, remote: this.#remote }, "a link was refused");
      return this.end(admission.failure);
    }
    this.#greet(admission.host, proof.boot);
  }

  #greet(host: AdmittedHost, boot: string): void {
    const { clock, presence, settings } = this.#context;
    const link = new SessionLink(this, host, boot, clock.monotonicMs());
    const intake = new ReportIntake(this.#context, host, boot);
    this.#stage = { kind: "greeted", link, intake };
    this.#send({
      type: "welcome",
      v: PROTOCOL_VERSION,
      now: clock.now(),
      stateIntervalMs: settings().hostStateIntervalMs,
      ...this.issueAccess(link),
      acknowledgedSequence: intake.acknowledgedSequence,
    });
    presence.joined(link);
  }

  async #hello(hello: Hello, link: SessionLink, intake: ReportIntake): Promise<void> {
    const { store, clock, seam, presence, desired, commands } = this.#context;
    const { hostId } = link;
    await store.hot((raw) => {
      writeFacts(raw, hostId, hello.facts);
      if (!presence.isCloned(hostId)) seam.record(raw, hostId, { kind: "hello", applications: hello.applications }, clock.now());
    });
    if (this.#stageNow().kind === "closed") return;
    this.#cancelDeadline();
    // An open link is there for weeks: it keeps nothing of its opening.
    this.#cancelDeadline = nothing;
    link.applied = hello.applied;
    this.#stage = { kind: "open", link, intake };
    if (presence.isCloned(hostId)) return;
    seam.observed(hostId);
    desired.notify([hostId]);
    await commands.resend(link);
  }

  async #acknowledged(ack: Ack, link: SessionLink): Promise<void> {
    switch (ack.of) {
      case "desired":
        link.applied = ack.pair;
        return;
      case "halt":
        return this.#context.halts.acknowledged(link, ack.haltId, ack.switching);
      case "command":
        return this.#context.commands.acknowledged(link, ack.commandId);
    }
  }

  #fail(thrown: unknown): void {
    const failure = toAppError(thrown);
    if (failure.code === "INTERNAL") this.#context.logger.error({ err: failure.cause, remote: this.#remote }, "a link failed unexpectedly");
    this.refuse(failure);
  }

  #handshakeEnded(): void {
    this.end(new AppError("REMOTE_TIMEOUT", "The link was not opened in time."));
  }

  #over(): void {
    const stage = this.#stage;
    if (stage.kind === "closed") return;
    this.#stage = { kind: "closed" };
    this.#cancelDeadline();
    if (stage.kind !== "greeted" && stage.kind !== "open") return;
    this.#context.presence.left(stage.link);
    this.#context.halts.gone(stage.link);
    this.#context.tails.gone(stage.link);
  }

  /** What the stage is after something was awaited; the compiler still believes in the one before. */
  #stageNow(): Stage {
    return this.#stage;
  }

  /** A new access token for the link's host, and when it ends. */
  issueAccess(link: SessionLink): { readonly accessToken: string; readonly accessTokenTtlMs: number } {
    const now = this.#context.clock.now();
    link.accessEndsAt = now + ACCESS_TOKEN_MS;
    return { accessToken: this.#context.tokens().issue(link.hostId, now), accessTokenTtlMs: ACCESS_TOKEN_MS };
  }

  /** Sends a frame while the link lives. A host that does not read what it is sent is cut off. */
  send(frame: ControlFrame): void {
    if (this.#stage.kind === "closed") return;
    this.#send(frame);
    if (this.#socket.bufferedBytes > MAX_BUFFERED_BYTES)
      this.end(new AppError("REMOTE_TIMEOUT", "The host does not read what it is sent."));
  }

  probe(): void {
    this.#socket.probe();
  }

  /** Whether the host has said hello. */
  get isOpen(): boolean {
    return this.#stage.kind === "open";
  }

  #send(frame: ControlFrame): void {
    this.#socket.send(writeControlFrame(frame));
  }
}

/** The face that a proved session shows to the rest of the link. */
class SessionLink implements OpenLink {
  readonly hostId: HostId;
  readonly fleetId: string;
  readonly boot: string;
  readonly #session: LinkSession;
  applied: DocumentPair | undefined = undefined;
  heardAtMs: number;
  accessEndsAt = 0;

  constructor(session: LinkSession, host: AdmittedHost, boot: string, heardAtMs: number) {
    this.#session = session;
    this.hostId = host.hostId;
    this.fleetId = host.fleetId;
    this.boot = boot;
    this.heardAtMs = heardAtMs;
  }

  get isOpen(): boolean {
    return this.#session.isOpen;
  }

  send(frame: ControlFrame): void {
    this.#session.send(frame);
  }

  renewAccess(): void {
    this.#session.send({ type: "access", ...this.#session.issueAccess(this) });
  }

  probe(): void {
    this.#session.probe();
  }

  end(failure: AppError): void {
    this.#session.end(failure);
  }

  leave(bye: Bye, close: number): void {
    this.#session.leave(bye, close);
  }
}
