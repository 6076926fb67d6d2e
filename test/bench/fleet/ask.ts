import type { ChildProcess } from "node:child_process";
import { once } from "node:events";

/** Sends an order to a child process and answers what it says next. @throws when it ends instead. */
export async function ask(child: ChildProcess, order: object | string): Promise<unknown> {
  const ended = new AbortController();
  const failed = once(child, "exit", { signal: ended.signal }).then(() => {
    throw new Error("A process of the measurement ended before it had an answer.");
  });
  child.send(order);
  try {
    const [answer]: readonly unknown[] = await Promise.race([once(child, "message", { signal: ended.signal }), failed]);
    return answer;
  } finally {
    ended.abort();
  }
}
