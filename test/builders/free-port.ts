import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/**
 * A port that nobody listens on now. Below the range from which the system gives ports away by itself, so that none of
 * the many other listeners of a test run takes it between now and the service's start.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_000);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
}
