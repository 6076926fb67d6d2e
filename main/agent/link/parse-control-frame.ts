import { z } from "zod";
import { controlFrame, type ControlFrame } from "#shared/protocol/control-frames.ts";
import { MAX_FRAME_BYTES } from "#shared/protocol/limits.ts";

/** What became of one received text. An unknown type is a newer control plane's and is passed over. */
export type ParsedFrame =
  | { readonly kind: "frame"; readonly frame: ControlFrame }
  | { readonly kind: "unknown"; readonly type: string }
  | { readonly kind: "invalid"; readonly reason: string };

const KNOWN: ReadonlySet<string> = new Set(controlFrame.options.map((option) => option.shape.type.value));
const named = z.object({ type: z.string().max(64) });

/** Bounds and checks one frame. Unknown fields are ignored, so that a newer control plane may say more. */
export function parseControlFrame(text: string): ParsedFrame {
  if (Buffer.byteLength(text) > MAX_FRAME_BYTES) return { kind: "invalid", reason: `larger than ${MAX_FRAME_BYTES} bytes` };
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return { kind: "invalid", reason: "not JSON" };
  }
  const frame = controlFrame.safeParse(document);
  if (frame.success) return { kind: "frame", frame: frame.data };
  const type = named.safeParse(document);
  if (type.success && !KNOWN.has(type.data.type)) return { kind: "unknown", type: type.data.type };
  return { kind: "invalid", reason: z.prettifyError(frame.error).slice(0, 200) };
}
