import { constants, setPriority } from "node:os";
import type { Readable } from "node:stream";
import { AppError, toAppError } from "#shared/errors/app-error.ts";
import { applyOne } from "./apply-one.ts";
import { applyOrder, MAX_APPLY_LINE_BYTES, type ApplyAnswer, type ApplyOrder } from "./apply-order.ts";

/** What the host serves comes first. Where the system refuses this, the work is as important as the agent's own. */
function stepBack(): void {
  try {
    setPriority(constants.priority.PRIORITY_LOW);
  } catch {
    // Nothing depends on it.
  }
}

/** The first line, and from then on nothing: the end of the input is the end of the agent. */
function readOrder(input: Readable, onEnd: () => void): Promise<ApplyOrder> {
  return new Promise((resolve, reject) => {
    let text = "";
    input.setEncoding("utf8");
    input.on("data", (piece: string) => {
      text += piece;
      const end = text.indexOf("\n");
      if (end < 0 && text.length <= MAX_APPLY_LINE_BYTES) return;
      try {
        const document: unknown = JSON.parse(text.slice(0, Math.max(end, 0)));
        resolve(applyOrder.parse(document));
      } catch (cause) {
        reject(new AppError("INPUT_INVALID", "The order to apply a delta is not understood; nothing was made.", { cause }));
      }
    });
    input.once("end", () => {
      reject(new AppError("INPUT_INVALID", "No order to apply a delta was given; nothing was made."));
      onEnd();
    });
  });
}

/**
 * `rollcall-agent apply-delta`: applies one delta in a process of its own, so that neither its memory nor its load is the
 * agent's, and a halt ends it at once. It ends by itself when the agent does.
 *
 * @returns the line that it prints; never throws.
 */
export async function applyCommand(input: Readable): Promise<string> {
  stepBack();
  const orphaned = new AbortController();
  try {
    const order = await readOrder(input, () => orphaned.abort());
    await applyOne(order, orphaned.signal);
    return answer({ outcome: "made" });
  } catch (thrown) {
    const { code, message } = toAppError(thrown);
    return answer({ outcome: "failed", code, message: message.slice(0, 2000) });
  }
}

function answer(value: ApplyAnswer): string {
  return `${JSON.stringify(value)}\n`;
}
