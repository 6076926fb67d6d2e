import { describe, expect, it } from "vitest";
import { httpServer } from "#test/builders/http-server.ts";
import { cuttingRelay } from "#test/fakes/cutting-relay.ts";

/** A server that counts the body bytes of each request it was sent, also of those that were cut. */
async function countingServer() {
  const bodies: { bytes: number; isWhole: boolean; over: Promise<unknown> }[] = [];
  const origin = await httpServer((request, response) => {
    const over = Promise.withResolvers<unknown>();
    const body = { bytes: 0, isWhole: false, over: over.promise };
    bodies.push(body);
    request.on("data", (chunk: Buffer) => (body.bytes += chunk.length));
    request.on("error", () => undefined);
    request.on("close", () => over.resolve(undefined));
    request.on("end", () => {
      body.isWhole = true;
      response.end("x".repeat(100_000));
    });
  });
  return { port: Number(new URL(origin).port), bodies };
}

describe("the cutting relay", () => {
  it("changes nothing until it is armed", async () => {
    const { port, bodies } = await countingServer();
    const relay = await cuttingRelay(port);
    const answer = await fetch(`http://127.0.0.1:${relay.port}/`, { method: "PUT", body: "b".repeat(3_000_000) });
    expect((await answer.text()).length).toBe(100_000);
    expect([bodies[0]?.bytes, relay.cuts, relay.connections]).toEqual([3_000_000, 0, 1]);
    expect(relay.passed.up).toBeGreaterThan(3_000_000);
  });

  it("lets exactly the armed bytes through to the server, then cuts", async () => {
    const { port, bodies } = await countingServer();
    const relay = await cuttingRelay(port);
    relay.arm({ direction: "up", afterBytes: 1_000_000 });
    await expect(fetch(`http://127.0.0.1:${relay.port}/`, { method: "PUT", body: "b".repeat(3_000_000) })).rejects.toThrow();
    await bodies[0]?.over;
    expect(relay.passed.up).toBe(1_000_000);
    expect(bodies[0]?.isWhole).toBe(false);
    expect(bodies[0]?.bytes).toBeGreaterThan(999_000);
    expect(relay.cuts).toBe(1);
  });

  it("cuts answers too, and is transparent again afterwards", async () => {
    const { port } = await countingServer();
    const relay = await cuttingRelay(port);
    const read = async () => (await fetch(`http://127.0.0.1:${relay.port}/`, { method: "PUT", body: "b" })).text();
    relay.arm({ direction: "down", afterBytes: 50_000 });
    await expect(read()).rejects.toThrow();
    expect((await read()).length).toBe(100_000);
    expect(relay.cuts).toBe(1);
  });

  it("resets every connection while the network is down", async () => {
    const { port } = await countingServer();
    const relay = await cuttingRelay(port);
    relay.setDown(true);
    await expect(fetch(`http://127.0.0.1:${relay.port}/`)).rejects.toThrow();
    relay.setDown(false);
    expect((await fetch(`http://127.0.0.1:${relay.port}/`)).status).toBe(200);
  });
});
