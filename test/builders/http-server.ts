import { createServer, type RequestListener } from "node:http";
import { onTestFinished } from "vitest";

/** Serves `listener` on a free loopback port for the running test; answers the origin. */
export async function httpServer(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((settle) => {
    server.listen(0, "127.0.0.1", settle);
  });
  onTestFinished(
    () =>
      new Promise<void>((settle) => {
        server.closeAllConnections();
        server.close(() => settle());
      }),
  );
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("the server listens on no port");
  return `http://127.0.0.1:${address.port}`;
}
