/**
 * The yardstick: the least that any server could do. Reads the same bodies, parses them, answers the same bytes, keeps
 * nothing. Run as a child process; says its address on stdout. `POST /…` is answered with as many bytes as the
 * `x-answer` header of the first request asks; a WebSocket message with the acknowledgement of a report.
 */
import { createServer } from "node:http";
import { WebSocketServer } from "ws";

const server = createServer((request, response) => {
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
    // Why the cast: a yardstick does nothing that it could leave out, checking among it.
    const { boot, sequence } = JSON.parse(data.toString("utf8")) as { boot: string; sequence: number };
    socket.send(JSON.stringify({ type: "report-ack", boot, sequence }));
  });
});

server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address !== null && typeof address === "object") console.log(`http://127.0.0.1:${address.port}`);
});
process.once("SIGTERM", () => process.exit(0));
