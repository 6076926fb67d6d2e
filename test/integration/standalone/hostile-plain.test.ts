import type { ServerResponse } from "node:http";
import { describe, expect, it } from "vitest";
import { httpServer } from "#test/builders/http-server.ts";
import { endless } from "#test/compromise/attacker/starve.ts";
import { versionAt } from "../agent/agent-process.ts";
import { QUICK_RUN, serviceArtifact } from "../agent/service-artifact.ts";
import { clientAt, serves, setUpStandalone, until } from "./standalone-agent.ts";

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
  await host.run({ source: { kind: "http", url: `${url}/web` }, trust: { unsigned: true }, plain: PLAIN, stallMs: 1000 });
  await serves(host.port, "one");
  const client = await clientAt(host.port);
  await until(async () => ((await client.state()).phase === "healthy" ? true : undefined));
  return { ...host, client, say: (next: typeof answer) => void (answer = next) };
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
    const { port, client, say } = await following();
    say(lie);
    await until(async () => ((await client.versions()).checkError?.includes(words) === true ? true : undefined));
    expect(await versionAt(port)).toBe("one");
    const two = serviceArtifact("two");
    say((response) => void response.writeHead(200, head("two", two.length)).end(two));
    await serves(port, "two");
  });
});
