import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** A registry that is no friend: it refuses everything, and says the credentials that it was shown in every place it has. */
export async function echoingRegistry(): Promise<{ readonly url: string; readonly shown: readonly string[] }> {
  const shown: string[] = [];
  const server = createServer((request, response) => answer(request, response, shown));
  await new Promise<void>((settle) => {
    server.listen(0, "127.0.0.1", settle);
  });
  onTestFinished(
    () =>
      new Promise<void>((settle) => {
        server.close(() => settle());
        server.closeAllConnections();
      }),
  );
  // A TCP server that listens has an address of this form.
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, shown };
}

function answer(request: IncomingMessage, response: ServerResponse, shown: string[]): void {
  request.resume();
  const given = request.headers.authorization;
  if (given === undefined) {
    response.writeHead(401, { "www-authenticate": `Basic realm="echo"`, "content-type": "application/json" });
    response.end(`{"errors":[{"code":"UNAUTHORIZED","message":"who are you"}]}`);
    return;
  }
  shown.push(given);
  const plain = Buffer.from(given.replace(/^\w+ /, ""), "base64").toString("utf8");
  const message = `${given} means ${plain}`;
  response.writeHead(403, { "content-type": "application/json", "x-echo": given, "www-authenticate": `Basic realm="${plain}"` });
  response.end(JSON.stringify({ errors: [{ code: "DENIED", message, detail: { given, plain } }], message }));
}
