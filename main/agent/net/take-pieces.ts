import type { IncomingMessage } from "node:http";
import { AppError } from "#shared/errors/app-error.ts";
import type { PaceWatch } from "./body-pace.ts";

/**
 * Hands over a body piece by piece, as it comes off the wire, and waits for `take` between them where it takes its time.
 *
 * Why no `for await`: a stream that is iterated gathers what it has not handed over, and a flood of chunks of one byte
 * was seen to take two hundred megabytes that way before the first of them could be counted.
 *
 * @throws AppError REMOTE_UNREACHABLE when the body is cut, and what `watch` or `take` throw. The body is destroyed then.
 */
export function takePieces(body: IncomingMessage, watch: PaceWatch, take: (piece: Buffer) => Promise<void> | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    let writing: Promise<void> | undefined;
    const fail = (thrown: unknown): void => {
      reject(thrown);
      body.destroy();
    };
    const takeOne = (piece: Buffer): void => {
      watch.took(piece.length);
      writing = take(piece);
      if (writing === undefined) return;
      body.pause();
      writing.then(() => body.resume(), fail);
    };
    // Cut while its receiver got ready: what it had to say was said before anyone listened.
    if (body.destroyed && !body.readableEnded) return fail(cut(body.errored ?? undefined));
    body.on("data", (piece: unknown) => {
      try {
        if (Buffer.isBuffer(piece)) takeOne(piece);
      } catch (thrown) {
        fail(thrown);
      }
    });
    body.once("end", () => void Promise.resolve(writing).then(() => (body.complete ? resolve() : fail(cut())), fail));
    body.once("error", (thrown) => fail(thrown instanceof AppError ? thrown : cut(thrown)));
    body.once("close", () => {
      if (!body.readableEnded) fail(cut());
    });
  });
}

function cut(cause?: unknown): AppError {
  return new AppError("REMOTE_UNREACHABLE", "The answer was cut before it was complete.", { cause });
}
