import { request as send, type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { z } from "zod";
import { httpServer } from "#test/builders/http-server.ts";

/** Changes what a call answers; `procedure` is such as `trust/exportRequest`. */
export type Lie = (procedure: string, answer: unknown) => unknown;

const answerBody = z.object({ json: z.unknown() });

/** A control plane that answers as the one at `target` does, except where it lies. Answers its address. */
export function lyingRelay(target: string, lie: Lie): Promise<string> {
  return httpServer((incoming, outgoing) => relay(target, lie, incoming, outgoing));
}

function relay(target: string, lie: Lie, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const procedure = /^\/rpc\/(trust\/.*)$/.exec(incoming.url ?? "")?.[1];
  const upstream = send(new URL(incoming.url ?? "/", target), { method: incoming.method, headers: incoming.headers }, (answer) => {
    if (procedure === undefined || answer.statusCode !== 200) {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
      return;
    }
    void buffer(answer).then((bytes) => {
      const { json } = answerBody.parse(JSON.parse(bytes.toString("utf8")));
      const text = JSON.stringify({ json: lie(procedure, json) });
      outgoing.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
      outgoing.end(text);
    });
  });
  upstream.on("error", () => outgoing.destroy());
  outgoing.on("close", () => upstream.destroy());
  incoming.pipe(upstream);
}
