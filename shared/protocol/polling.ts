import { z } from "zod";
import { agentFrame } from "./agent-frames.ts";
import { controlFrame } from "./control-frames.ts";

/** Frames in one request or one answer. */
export const MAX_POLL_FRAMES = 32;

/** Largest request or answer body in bytes that either side reads. */
export const MAX_POLL_BYTES = 1024 * 1024;

/** How long the control plane holds a request that carries no frames while it has nothing to say. */
export const POLL_HOLD_MS = 20_000;

/** A polling session that has sent no request for this long has ended. */
export const POLL_SESSION_IDLE_MS = 60_000;

/** Names one polling session: unguessable, made by the control plane, never written to a log. */
export const pollSessionId = z.string().regex(/^[A-Za-z0-9_-]{22,86}$/);

/**
 * POST {@link AGENT_PATHS.poll}, for hosts whose network lets no WebSocket through. The frames and their order are those
 * of the link. The first request names no session and carries no frames; its answer names the session and carries the
 * challenge, the next request carries the proof, and so on.
 *
 * A request with frames is answered at once; one without is held for up to {@link POLL_HOLD_MS} until there is a frame
 * to send. An agent may send one request with frames while an empty one is held. After a failed request the agent
 * drops the session and opens a new one, so a lost answer loses nothing: a new session starts from the challenge.
 * An unknown or ended session is answered 401 with a `TRANSPORT_CLOSED` error.
 */
export const pollRequest = z.object({
  v: z.literal(1),
  sessionId: pollSessionId.optional(),
  frames: z.array(agentFrame).max(MAX_POLL_FRAMES),
});
export type PollRequest = z.infer<typeof pollRequest>;

/** The answer: the session to name from now on, and what the control plane has to say. */
export const pollResponse = z.object({
  sessionId: pollSessionId,
  frames: z.array(controlFrame).max(MAX_POLL_FRAMES),
});
export type PollResponse = z.infer<typeof pollResponse>;
