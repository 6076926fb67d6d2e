import type { HostId } from "#shared/lib/ids.ts";
import type { ControlFrame } from "#shared/protocol/control-frames.ts";
import { LINK_CLOSE, PROTOCOL_VERSION } from "#shared/protocol/limits.ts";
import { linkProofBytes } from "#shared/protocol/signing.ts";
import type { HostKey } from "../state/host-key.ts";
import type { LinkEnd, LinkTransport } from "./link-transport.ts";

/** Frames that an open link carries; the handshake is the link's own. */
export type OpenLinkFrame = Exclude<ControlFrame, { type: "challenge" | "welcome" | "bye" }>;
type Welcome = Extract<ControlFrame, { type: "welcome" }>;

/** An open link, to send on and to end. */
export type LinkWire = Pick<LinkTransport, "send" | "close">;

/** What a session needs, and whom it tells. */
export type LinkSessionPorts = {
  readonly hostId: HostId;
  readonly boot: string;
  readonly key: HostKey;
  /** The link is open at `baseUrl`; `wire` reaches the control plane until `onClosed`. */
  readonly onOpen: (welcome: Welcome, baseUrl: string, wire: LinkWire) => void;
  readonly onFrame: (frame: OpenLinkFrame) => void;
  readonly onClosed: (reason: string, byeCode: string | undefined) => void;
};

const HANDSHAKE_TIMEOUT_MS = 15_000;

/** One connection from its challenge to its end. */
export class LinkSession {
  readonly #ports: LinkSessionPorts;
  readonly #baseUrl: string;
  #transport: LinkTransport | undefined;
  #early: ControlFrame[] = [];
  #state: "challenge" | "welcome" | "open" = "challenge";
  #bye: Extract<ControlFrame, { type: "bye" }> | undefined;
  #handshake: NodeJS.Timeout | undefined;

  constructor(ports: LinkSessionPorts, baseUrl: string) {
    this.#ports = ports;
    this.#baseUrl = baseUrl;
  }

  /** The connection stands; takes in what came before this was known. */
  begin(transport: LinkTransport): void {
    this.#transport = transport;
    this.#handshake = setTimeout(() => transport.close("no welcome in time"), HANDSHAKE_TIMEOUT_MS);
    for (const frame of this.#early.splice(0)) this.receive(frame);
  }

  /** Takes in the next frame. One out of turn ends the connection. */
  receive(frame: ControlFrame): void {
    const transport = this.#transport;
    if (this.#bye !== undefined) return;
    if (transport === undefined) return void this.#early.push(frame);
    if (frame.type === "bye") {
      this.#bye = frame;
      return transport.close("bye");
    }
    if (frame.type === "challenge" && this.#state === "challenge") return this.#prove(frame.nonce, transport);
    if (frame.type === "welcome" && this.#state === "welcome") return this.#open(frame, transport);
    if (frame.type === "challenge" || frame.type === "welcome" || this.#state !== "open") {
      return transport.close(`a ${frame.type} frame out of turn`, LINK_CLOSE.badFrame);
    }
    return this.#ports.onFrame(frame);
  }

  /** The connection has ended; the end as the retry policy is to see it. */
  finish(end: LinkEnd): LinkEnd {
    clearTimeout(this.#handshake);
    const told: LinkEnd = this.#bye === undefined ? end : { ...end, bye: this.#bye, reason: this.#bye.message };
    if (this.#state === "open") this.#ports.onClosed(told.reason, this.#bye?.code);
    return told;
  }

  #prove(nonce: string, transport: LinkTransport): void {
    const { hostId, boot, key } = this.#ports;
    this.#state = "welcome";
    const signature = key.sign(linkProofBytes({ hostId, nonce, boot }));
    transport.send({ type: "proof", v: PROTOCOL_VERSION, hostId, boot, publicKey: key.publicKey, signature });
  }

  #open(welcome: Welcome, transport: LinkTransport): void {
    this.#state = "open";
    clearTimeout(this.#handshake);
    this.#ports.onOpen(welcome, this.#baseUrl, transport);
  }
}
