import type { Readable } from "node:stream";

/** The variable that names the descriptor on which an application says that it is ready. */
export const READY_FD_VARIABLE = "ROLLCALL_READY_FD";

/**
 * Waits for the first byte on a pipe whose other end an application has: the notification-fd of s6, where whatever is
 * written, a byte or a line, means "ready". What comes after it is read and dropped, so that a chatty writer never stands
 * still. Settles once, never rejects.
 *
 * @returns whether there was a byte; false when the application closed the pipe or ended without one.
 */
export function firstByteOf(pipe: Readable): Promise<boolean> {
  return new Promise((resolve) => {
    pipe.on("data", () => resolve(true));
    pipe.once("error", () => resolve(false));
    pipe.once("close", () => resolve(false));
  });
}
