import { AppError } from "#shared/errors/app-error.ts";
import { agentFrame, type AgentFrame } from "#shared/protocol/agent-frames.ts";
import type { ControlFrame } from "#shared/protocol/control-frames.ts";
import { MAX_FRAME_BYTES } from "#shared/protocol/limits.ts";

/**
 * Reads one frame from an agent: bounded before it is parsed, checked before anyone sees it. Unknown fields are dropped.
 *
 * @throws AppError LINK_FRAME_TOO_LARGE or LINK_FRAME_INVALID.
 */
export function readAgentFrame(text: string): AgentFrame {
  if (Buffer.byteLength(text) > MAX_FRAME_BYTES) {
    throw new AppError("LINK_FRAME_TOO_LARGE", `A frame of more than ${MAX_FRAME_BYTES} bytes was not read.`);
  }
  const parsed = agentFrame.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new AppError("LINK_FRAME_INVALID", "A frame that this version does not know was not taken.", { cause: parsed.error });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError("LINK_FRAME_INVALID", "A frame that is not JSON was not taken.", { cause });
  }
}

/** Writes a frame for the wire. */
export function writeControlFrame(frame: ControlFrame): string {
  return JSON.stringify(frame);
}
