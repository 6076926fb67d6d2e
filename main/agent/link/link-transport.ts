import type { AgentFrame } from "#shared/protocol/agent-frames.ts";
import type { ControlFrame } from "#shared/protocol/control-frames.ts";

/** Why a link ended: what the control plane said, the code it closed with, or what broke. */
export type LinkEnd = {
  readonly bye?: Extract<ControlFrame, { type: "bye" }>;
  readonly closeCode?: number;
  readonly reason: string;
};

/** One open connection that carries frames both ways, in order. */
export type LinkTransport = {
  /** Sends a frame, or does nothing when the connection has ended: whatever matters is sent again on the next one. */
  send(frame: AgentFrame): void;
  /** Ends the connection. `code` is one of LINK_CLOSE where the reason is the other side's. */
  close(reason: string, code?: number): void;
  /** Resolves when the connection has ended; never rejects. */
  readonly ended: Promise<LinkEnd>;
};

/** Called for every frame that arrived and passed its schema, in the order of arrival. */
export type OnControlFrame = (frame: ControlFrame) => void;
