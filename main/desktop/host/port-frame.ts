import { z } from "zod";

/** The longest frame that a window may send: the contract's longest input (64 KiB in base64) several times over. */
export const MAX_FRAME_LENGTH = 512 * 1024;

const frameId = z.union([z.int().min(0), z.string().min(1).max(64)]);

/** A call: the contract's path, headers of the codec, and the input. The contract's schema judges the input itself. */
const callFrame = z.strictObject({
  i: frameId,
  t: z.literal(1).optional(),
  p: z.strictObject({
    u: z.string().startsWith("/").max(2000),
    h: z.record(z.string().max(100), z.union([z.string().max(1000), z.array(z.string().max(1000)).max(10)])).optional(),
    m: z.enum(["GET", "POST", "PUT", "PATCH", "DELETE"]).optional(),
    b: z.unknown().optional(),
  }),
});

/** The end of a call or of a stream that the window no longer wants. */
const abortFrame = z.strictObject({ i: frameId, t: z.literal(4), p: z.null().optional() });

const frame = z.union([callFrame, abortFrame]);

/**
 * Whether a message is a frame that our own console could have sent: text within bounds, one call or one abort. The
 * contract takes neither streams nor bytes from a window. Prevents a page that was taken over from ending the control
 * plane: the library under the port throws, outside any call, on text that it cannot parse.
 */
export function isPortFrame(message: unknown): message is string {
  if (typeof message !== "string" || message.length > MAX_FRAME_LENGTH) return false;
  try {
    return frame.safeParse(JSON.parse(message)).success;
  } catch {
    return false;
  }
}
