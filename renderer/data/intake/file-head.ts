import { AppError } from "#shared/errors/app-error.ts";
import { INSPECTED_BYTES } from "#shared/domain/artifact/inspect.ts";

/** How many bytes become one call of fromCharCode: far below what a call may take as arguments. */
const STEP = 8192;

/**
 * The first bytes of a file as base64, for `uploads.inspect`.
 *
 * @throws AppError ARTIFACT_UNREADABLE.
 */
export async function readFileHead(file: File): Promise<string> {
  try {
    const bytes = new Uint8Array(await file.slice(0, INSPECTED_BYTES).arrayBuffer());
    let text = "";
    for (let at = 0; at < bytes.length; at += STEP) text += String.fromCharCode(...bytes.subarray(at, at + STEP));
    return btoa(text);
  } catch (cause) {
    throw new AppError("ARTIFACT_UNREADABLE", `${file.name} cannot be read; nothing was sent.`, { cause });
  }
}
