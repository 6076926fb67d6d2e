import type { ServerResponse } from "node:http";
import { describe, expect, it } from "vitest";
import { STUB_PRODUCT } from "#test/fakes/control-plane-stub-releases.ts";
import type { AttackedWorld } from "./attacker/attacked-world.ts";
import type { Answer } from "./attacker/evil-server.ts";
import { isExhaustive } from "./attacker/extent.ts";
import { endless, grown, MAX_GROWTH_BYTES, starve, twoReleases } from "./attacker/starve.ts";
import type { Order } from "./attacker/victim-host.ts";
import { note } from "./outcomes.ts";

/** Windows short enough for a test; the agent's own are tried by an exhaustive run. */
const QUICK_PACE = { windowMs: 400, minBytesPerSecond: 512, deadlineMs: 60_000 };

/** As much, but in chunks of a byte: what costs a receiver the most. */
const crumbs: Answer = (_, response) => {
  const { socket } = response;
  const chunks = Buffer.from("1\r\n7\r\n".repeat(5000));
  const more = (): void => {
    while (socket?.destroyed === false && socket.write(chunks));
  };
  response.writeHead(200, { "Transfer-Encoding": "chunked" }).flushHeaders();
  socket?.on("drain", more);
  more();
};

/** Keeps the connection alive with one byte a second. */
const drip: Answer = (_, response) => {
  response.writeHead(200);
  dripInto(response);
};

function dripInto(response: ServerResponse): void {
  const timer = setInterval(() => response.write("7"), 1000);
  response.on("close", () => clearInterval(timer));
  response.write("7");
}

/** Every file that a host asks for, by what the attacker's server calls it. */
function fileNames(world: AttackedWorld, second: Order): Readonly<Record<string, string>> {
  const { repository } = world;
  const manifest = [...repository.targets.keys()].find((path) => path.endsWith(".1.1.0.json")) ?? "";
  return {
    "the next root": `${repository.version("root") + 1}.root.json`,
    "the timestamp": "timestamp.json",
    "the snapshot": `${repository.version("snapshot") + 1}.snapshot.json`,
    "the targets": `${repository.version("targets") + 1}.targets.json`,
    "an application's role": `${repository.version(STUB_PRODUCT) + 1}.${STUB_PRODUCT}.json`,
    "a manifest": manifest,
    "an artifact": second.digest,
  };
}

const FILES = Object.keys({
  "the next root": 0,
  "the timestamp": 0,
  "the snapshot": 0,
  "the targets": 0,
  "an application's role": 0,
  "a manifest": 0,
  "an artifact": 0,
});

/** Newer documents, so that the host has to ask for each of them. */
function lieAbout(world: AttackedWorld, second: Order, what: string, answer: Answer): void {
  const name = fileNames(world, second)[what] ?? "";
  world.repository.republish();
  world.server.lies.set(name, answer);
}

describe("an attacker who answers without end", () => {
  it.each(FILES)("for %s is cut off within bounded memory and named", async (what) => {
    const { world, orders } = await twoReleases();
    const { outcome, message, grownBytes } = await starve(world, orders, () => lieAbout(world, orders[1], what, endless));
    await note(`answers without end for ${what}`, `${outcome}, ${grown(grownBytes)}`);
    expect(outcome, message).toBe(what === "an artifact" ? "ARTIFACT_DIGEST_MISMATCH" : "INPUT_TOO_LARGE");
    expect(grownBytes).toBeLessThanOrEqual(MAX_GROWTH_BYTES);
  });

  it("in chunks of a byte costs no more", async () => {
    const { world, orders } = await twoReleases();
    const { outcome, message, grownBytes } = await starve(world, orders, () => lieAbout(world, orders[1], "the next root", crumbs));
    await note("answers without end in chunks of a byte", `${outcome}, ${grown(grownBytes)}`);
    expect(outcome, message).toBe("INPUT_TOO_LARGE");
    expect(grownBytes).toBeLessThanOrEqual(MAX_GROWTH_BYTES);
  });
});

describe("an attacker who answers one byte a second", () => {
  it.each(FILES)("for %s is given up on and named", async (what) => {
    const { world, orders } = await twoReleases();
    const { outcome, message, grownBytes } = await starve(world, orders, () => lieAbout(world, orders[1], what, drip), QUICK_PACE);
    await note(`answers one byte a second for ${what}`, `${outcome}, ${grown(grownBytes)}`);
    expect(outcome, message).toBe("REMOTE_TOO_SLOW");
    expect(grownBytes).toBeLessThanOrEqual(MAX_GROWTH_BYTES);
  });

  it("is given up on at the agent's own pace, too", async ({ skip }) => {
    skip(!isExhaustive, "npm run test:compromise waits as long as an agent does");
    const { world, orders } = await twoReleases();
    const { outcome } = await starve(world, orders, () => lieAbout(world, orders[1], "the timestamp", drip));
    expect(outcome).toBe("REMOTE_TOO_SLOW");
  });
});
