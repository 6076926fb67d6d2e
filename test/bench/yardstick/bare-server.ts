/**
 * The yardstick: the least that any server could do. Reads the same bodies, parses them, answers the same bytes, keeps
 * nothing. Run as a child process; says its address on stdout. `POST /…` is answered with as many bytes as the
 * `x-answer` header of the first request asks; a WebSocket message with the acknowledgement of a report. `GET /broadcast`
 * sends one order to every socket and answers, in milliseconds, how long the last acknowledgement took.
 */
import { createServer } from "node:http";
import { WebSocketServer } from "ws";

const server = createServer((request, response) => {
  if (request.url === "/broadcast") return broadcast((tookMs) => response.end(String(tookMs)));
  const pieces: Buffer[] = [];
  request.on("data", (piece: Buffer) => pieces.push(piece));
  request.on("end", () => {
    JSON.parse(Buffer.concat(pieces).toString("utf8"));
    const answer = JSON.stringify({ answer: "x".repeat(Number(request.headers["x-answer"] ?? 60)) });
    response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(answer) });
    response.end(answer);
  });
});

const sockets = new WebSocketServer({ server, perMessageDeflate: false });
sockets.on("connection", (socket) => {
  socket.on("message", (data: Buffer) => {
    if (waiting > 0) return acknowledged();
    // Why the cast: a yardstick does nothing that it could leave out, checking among it.
    const { boot, sequence } = JSON.parse(data.toString("utf8")) as { boot: string; sequence: number };
    socket.send(JSON.stringify({ type: "report-ack", boot, sequence }));
  });
});

let waiting = 0;
let acknowledged = (): void => undefined;

function broadcast(done: (tookMs: number) => void): void {
  const order = JSON.stringify({
    type: "command",
    commandId: "0".repeat(36),
    ttlMs: 60_000,
    body: { kind: "restart", applicationId: "0".repeat(36) },
  });
  const startedAt = performance.now();
  waiting = sockets.clients.size;
  acknowledged = () => {
    waiting -= 1;
    if (waiting === 0) done(performance.now() - startedAt);
  };
  for (const socket of sockets.clients) socket.send(order);
}

server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address !== null && typeof address === "object") console.log(`http://127.0.0.1:${address.port}`);
});
process.once("SIGTERM", () => process.exit(0));
