import { randomBytes } from "node:crypto";
import { describe, expect, it, onTestFinished } from "vitest";
import { httpServer } from "#test/builders/http-server.ts";
import { ShapingRelay } from "#test/fakes/shaping-relay.ts";

const body = randomBytes(400_000);

async function behind(bytesPerSecond: number): Promise<ShapingRelay> {
  const origin = await httpServer((_, response) => response.end(body));
  const relay = await ShapingRelay.start(Number(new URL(origin).port), bytesPerSecond);
  onTestFinished(() => relay.close());
  return relay;
}

const fetchAll = async ({ url }: ShapingRelay): Promise<Buffer> => Buffer.from(await (await fetch(url)).arrayBuffer());

describe("a thin line", () => {
  it("brings everything, no faster than it may, over all connections together", async () => {
    const relay = await behind(1_000_000);
    const startedAt = performance.now();
    const both = await Promise.all([fetchAll(relay), fetchAll(relay)]);
    expect(both.every((one) => one.equals(body))).toBe(true);
    expect(relay.passed).toBeGreaterThan(2 * body.length);
    // A floor, which no load of the machine can break.
    expect(performance.now() - startedAt).toBeGreaterThan((2 * body.length) / 1000 - 50);
  });

  it("holds nothing back while it is wide", async () => {
    expect((await fetchAll(await behind(Infinity))).equals(body)).toBe(true);
  });
});
