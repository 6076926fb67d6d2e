import { once } from "node:events";
import { Agent, createServer, get, type IncomingMessage, type ServerResponse } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { drainable, listen, passedSocket, type ServeOptions } from "#main/drain/drain.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";

function serverOf(answer: (response: ServerResponse) => void = (response) => response.end("ok")) {
  const server = createServer((_request, response) => answer(response));
  onTestFinished(() => server.closeAllConnections());
  return server;
}

async function begin(options: ServeOptions, answer?: (response: ServerResponse) => void) {
  const server = serverOf(answer);
  const drained = Promise.withResolvers<void>();
  const drain = drainable(server, { ...options, onDrained: drained.resolve });
  await listen(server, { otherwise: { host: "127.0.0.1", port: 0 } });
  // Why the cast: a server on a port has an address of this kind.
  const { port } = server.address() as AddressInfo;
  return { drain, drained: drained.promise, port };
}

async function ask(port: number, agent: Agent): Promise<IncomingMessage> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get({ host: "127.0.0.1", port, agent }, resolve).once("error", reject);
  });
  response.resume();
  await once(response, "end");
  return response;
}

function keepAlive(): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  return agent;
}

async function open(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  // Servers of these tests are ended hard.
  socket.on("error", () => undefined);
  await once(socket, "connect");
  return socket;
}

describe("a server that drains", () => {
  it("answers what comes on connections that it has, says goodbye with it, and takes no new ones", async () => {
    const { drain, drained, port } = await begin({ idleMs: 60_000 });
    const agent = keepAlive();
    expect((await ask(port, agent)).headers.connection).not.toBe("close");
    drain();
    drain();
    expect((await ask(port, agent)).headers.connection).toBe("close");
    await drained;
    await expect(open(port)).rejects.toThrow("ECONNREFUSED");
  });

  it("says goodbye with answers that were on their way when it began", async () => {
    const taken = Promise.withResolvers<ServerResponse>();
    const { drain, drained, port } = await begin({ idleMs: 60_000 }, taken.resolve);
    const asked = ask(port, keepAlive());
    const response = await taken.promise;
    drain();
    response.end("ok");
    expect((await asked).headers.connection).toBe("close");
    await drained;
  });

  it("closes connections that stay silent", async () => {
    const { drain, drained, port } = await begin({ idleMs: 200 });
    const agent = keepAlive();
    await ask(port, agent);
    drain();
    await drained;
    await expect(open(port)).rejects.toThrow("ECONNREFUSED");
  });

  it("ends at its deadline, whoever is still there", async () => {
    const { drain, drained, port } = await begin({ idleMs: 60_000, deadlineMs: 100 });
    const silent = await open(port);
    drain();
    await drained;
    expect(silent.destroyed).toBe(false);
  });
});

describe("where a service listens", () => {
  it("is what was passed to this very process, by name", () => {
    vi.stubEnv("LISTEN_PID", String(process.pid));
    vi.stubEnv("LISTEN_FDS", "2");
    vi.stubEnv("LISTEN_FDNAMES", "http:admin");
    onTestFinished(() => void vi.unstubAllEnvs());
    expect([passedSocket(), passedSocket("http"), passedSocket("admin"), passedSocket("other")]).toEqual([3, 3, 4, undefined]);
    vi.stubEnv("LISTEN_PID", "1");
    expect(passedSocket("http")).toBeUndefined();
  });

  it("is what its host says when nothing was passed", async () => {
    const path = join(await tempFolder(), "a.sock");
    vi.stubEnv("ROLLCALL_LISTEN", `http=127.0.0.1:1 admin=${path}`);
    onTestFinished(() => void vi.unstubAllEnvs());
    const server = serverOf();
    onTestFinished(() => void server.close());
    await listen(server, { name: "admin", otherwise: { port: 0 } });
    expect(server.address()).toBe(path);
  });
});
