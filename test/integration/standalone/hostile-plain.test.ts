import type { ServerResponse } from "node:http";
import { describe, expect, it } from "vitest";
import { httpServer } from "#test/builders/http-server.ts";
import { endless } from "#test/compromise/attacker/starve.ts";
import { versionAt } from "../agent/agent-process.ts";
import { QUICK_RUN, serviceArtifact } from "../agent/service-artifact.ts";
import { clientAt, serves, setUpStandalone, until, untilRefused } from "./standalone-agent.ts";

const PLAIN = {
  runSpec: { ...QUICK_RUN, command: process.execPath, arguments: ["{artifact}"], installAs: "web.mjs" },
  maxBytes: 1_000_000,
};
const head = (etag: string, length: number) => ({ ETag: `"${etag}"`, "Content-Length": length });

/** A host that follows one address, and what is answered there. */
async function following() {
  const host = await setUpStandalone();
  const one = serviceArtifact("one");
  let answer = (response: ServerResponse): void => void response.writeHead(200, head("one", one.length)).end(one);
  const url = await httpServer((request, response) => (request.url === "/web" ? answer(response) : void response.writeHead(404).end()));
  const again = () => host.run({ source: { kind: "http", url: `${url}/web` }, trust: { unsigned: true }, plain: PLAIN, stallMs: 1000 });
  await again();
  await serves(host.port, "one");
  const client = await clientAt(host.port);
  await until(async () => ((await client.state()).phase === "healthy" ? true : undefined));
  return { ...host, again, say: (next: typeof answer) => void (answer = next) };
}

describe("an address of a plain file", { timeout: 120_000 }, () => {
  it.each<readonly [string, string, (response: ServerResponse) => void]>([
    ["sends without end", "does not say how long the file is", (response) => endless(undefined, response)],
    [
      "promises more than this host takes",
      "this host takes 1000000",
      (response) => void response.writeHead(200, head("big", 2e9)).write("x"),
    ],
    [
      "sends nothing to tell a new file by",
      "neither ETag nor Last-Modified",
      (response) => void response.writeHead(200, { "Content-Length": 3 }).end("two"),
    ],
    [
      "ends before its end",
      "cut before it was complete",
      (response) => void response.writeHead(200, head("cut", 500)).write("x", () => response.destroy()),
    ],
    ["stands still", "brought 0 bytes in 1 s", (response) => response.writeHead(200, head("still", 500)).flushHeaders()],
  ])("that %s is told by name, and what serves goes on", async (_, words, lie) => {
    const { port, say } = await following();
    say(lie);
    await untilRefused(port, words);
    expect(await versionAt(port)).toBe("one");
    const two = serviceArtifact("two");
    say((response) => void response.writeHead(200, head("two", two.length)).end(two));
    await serves(port, "two");
  });

  it("that is cut is gone on with where it was cut, over a kill of the agent, and never put together of two files", async () => {
    const { agent, port, say, again } = await following();
    const [two, three] = [serviceArtifact("two", { ballastBytes: 900_000 }), serviceArtifact("three", { ballastBytes: 900_000 })];
    const asked: (string | undefined)[] = [];
    const cutAt = (bytes: Buffer, etag: string, at: number) => (response: ServerResponse) => {
      const from = Number(/^bytes=(\d+)-$/.exec(response.req.headers.range ?? "")?.[1] ?? 0);
      const isSame = from > 0 && response.req.headers["if-range"] === `"${etag}"`;
      asked.push(response.req.headers.range);
      const whole = { ETag: `"${etag}"`, "Content-Length": bytes.length };
      const part = {
        ETag: `"${etag}"`,
        "Content-Length": bytes.length - from,
        "Content-Range": `bytes ${from}-${bytes.length - 1}/${bytes.length}`,
      };
      response.writeHead(isSame ? 206 : 200, isSame ? part : whole);
      const rest = bytes.subarray(isSame ? from : 0);
      if (rest.length > at) response.write(rest.subarray(0, at), () => void response.socket?.end());
      else response.end(rest);
    };
    say(cutAt(two, "two", 300_000));
    await until(async () => asked.find((range) => range !== undefined));
    await agent.end("SIGKILL");
    await again();
    expect(await serves(port, "two")).toBe("two");
    const offsets = asked.flatMap((range) => (range === undefined ? [] : [Number(/\d+/.exec(range)?.[0])]));
    expect(offsets.length).toBeGreaterThan(1);
    expect(offsets).toEqual(offsets.toSorted((left, right) => left - right));
    // A successor of the same length in the middle of it is begun anew.
    const before = asked.length;
    say(cutAt(three, "three", 300_000));
    await until(async () => asked.slice(before).find((range) => range !== undefined));
    const four = Buffer.from(three.toString("utf8").replaceAll("three", "seven"));
    say(cutAt(four, "seven", 1_000_000));
    expect(await serves(port, "seven")).toBe("seven");
  });
});
