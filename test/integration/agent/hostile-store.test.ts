import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { describe, expect, it, onTestFinished } from "vitest";
import { endless } from "#test/compromise/attacker/starve.ts";
import { versionAt } from "./agent-process.ts";
import { QUICK_RUN, serviceArtifact } from "./service-artifact.ts";
import { setUpServing } from "./serving-agent.ts";

const bytes = serviceArtifact("2.0.0", { ballastBytes: 200_000 });
const answer =
  (body: Buffer, lengthBytes = body.length) =>
  (response: ServerResponse): void =>
    void response.writeHead(200, { "Content-Length": lengthBytes, ETag: '"one"' }).end(body);

/** An agent that serves 1.0.0, and a release whose bytes lie with a store that the test makes hostile. */
async function granted() {
  const setting = await setUpServing();
  const { stub } = setting;
  return { ...setting, release: stub.publish({ version: "2.0.0", bytes, runSpec: QUICK_RUN }) };
}

describe("an agent whose store", { timeout: 120_000 }, () => {
  it.each<readonly [string, (response: ServerResponse) => void]>([
    ["sends without end", (response) => endless(undefined, response)],
    ["sends more than was signed", answer(Buffer.concat([bytes, Buffer.from("x")]))],
    ["sends other bytes of the right length", answer(Buffer.alloc(bytes.length, "x"))],
  ])("%s refuses by name and serves on", async (_, lie) => {
    const { stub, release, port } = await granted();
    stub.files.lies.set(release.digest, lie);
    stub.desire(release);
    expect((await stub.untilPhase("failed", release)).failure).toMatchObject({ code: "ARTIFACT_DIGEST_MISMATCH" });
    expect(await versionAt(port)).toBe("1.0.0");
    stub.files.lies.clear();
    const again = stub.desire(release);
    await stub.untilPhase("healthy", release, again);
  });

  it("sends less than was signed, and calls it all, asks for the rest and installs nothing before", async () => {
    const { stub, release, port } = await granted();
    const short = answer(bytes.subarray(0, 1000));
    stub.files.lies.set(release.digest, (response) => {
      stub.files.lies.clear();
      short(response);
    });
    stub.desire(release);
    await stub.untilPhase("healthy", release);
    expect(stub.files.requests.at(-1)?.range).toBe("bytes=1000-");
    expect(await versionAt(port)).toBe("2.0.0");
  });

  it("sends it on to another origin takes its token there never", async () => {
    const { stub, release, port } = await granted();
    const seen: (string | undefined)[] = [];
    const elsewhere = createServer((request, response) => {
      seen.push(request.headers.authorization);
      answer(bytes)(response);
    }).listen(0, "127.0.0.1");
    await once(elsewhere, "listening");
    onTestFinished(() => void elsewhere.close());
    const address = elsewhere.address();
    if (address === null || typeof address === "string") throw new TypeError("it does not listen");
    stub.files.lies.set(
      release.digest,
      (response) => void response.writeHead(307, { Location: `http://127.0.0.1:${address.port}/bytes` }).end(),
    );
    stub.desire(release);
    await stub.untilPhase("healthy", release);
    expect(seen).toEqual([undefined]);
    expect(stub.files.requests.at(-1)?.authorization).toMatch(/^Bearer /);
    expect(await versionAt(port)).toBe("2.0.0");
  });
});
