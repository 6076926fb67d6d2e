import { constants, open } from "node:fs";
import { Socket } from "node:net";
import { promisify } from "node:util";

/** What is seen of a lifeline. */
export type Lifeline = {
  /** Resolves when nobody holds it any more, and never when nobody did at the beginning; never rejects. */
  readonly isCut: Promise<void>;
  readonly close: () => void;
};

/**
 * Watches a lifeline: a named pipe that a process opened before its program ran and that its programs inherit, so that the
 * system closes it with the last of them. Nothing is ever written to it. It is how an agent hears at once that a process has
 * ended which is no child of its own; there is no other event for that which Node can wait for.
 *
 * @returns undefined where there is none: the process was started by an agent before there were any, or not on this boot.
 */
export async function watchLifeline(path: string): Promise<Lifeline | undefined> {
  // Without O_NONBLOCK it would wait for a writer. The descriptor itself is wanted, which the socket closes.
  const fd = await promisify(open)(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(() => undefined);
  if (fd === undefined) return undefined;
  let pipe: Socket;
  try {
    pipe = new Socket({ fd, readable: true, writable: false });
  } catch {
    // It is no pipe.
    return undefined;
  }
  const isCut = new Promise<void>((resolve) => pipe.once("close", () => resolve()));
  pipe.on("error", () => undefined);
  pipe.resume();
  return { isCut, close: () => void pipe.destroy() };
}
