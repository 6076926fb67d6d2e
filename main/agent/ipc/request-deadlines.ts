import type { IncomingMessage, Server } from "node:http";
import type { Socket } from "node:net";

/**
 * Cuts connections whose request is not whole within `requestMs` of its beginning, or after the answer before it and the
 * time that a kept connection has. Node looks for slow requests at an interval, also when nobody is connected, which wakes
 * an idle agent for each application; here a timer runs while there is a connection.
 */
export function setRequestDeadlines(server: Server, requestMs: number): void {
  const timers = new WeakMap<Socket, NodeJS.Timeout>();
  const asked = new WeakMap<Socket, IncomingMessage>();
  const arm = (socket: Socket, ms: number): void => {
    clearTimeout(timers.get(socket));
    if (socket.destroyed) return;
    const cut = (): void => void (asked.get(socket)?.complete !== true && socket.destroy());
    timers.set(socket, setTimeout(cut, ms).unref());
  };
  server.on("connection", (socket) => {
    arm(socket, requestMs);
    socket.once("close", () => clearTimeout(timers.get(socket)));
  });
  server.on("request", (request, response) => {
    const { socket } = request;
    asked.set(socket, request);
    response.once("close", () => {
      asked.delete(socket);
      arm(socket, server.keepAliveTimeout + requestMs);
    });
  });
}
