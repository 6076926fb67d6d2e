import { randomInt } from "node:crypto";
import { describe, expect, it } from "vitest";
import { setUp, versionAt } from "./agent-process.ts";
import { QUICK_RUN, serviceArtifact } from "./service-artifact.ts";
import { serveOn } from "./serving-agent.ts";

const bytes = serviceArtifact("1.0.0", { ballastBytes: 3_000_000 });

describe("an agent that downloads", () => {
  it("goes on where it was cut, at whatever bytes, and asks for nothing twice", async () => {
    const { stub, agent, port } = await setUp();
    const release = stub.publish({ version: "1.0.0", bytes, runSpec: QUICK_RUN });
    const cuts = [randomInt(300_000, 900_000), randomInt(1, 900_000), randomInt(1, 900_000)];
    stub.files.faults.cuts.push(...cuts);
    await serveOn(stub, agent, release);
    expect(await versionAt(port)).toBe("1.0.0");
    const { requests } = stub.files;
    expect(requests).toHaveLength(4);
    expect(requests[0]?.range).toBeUndefined();
    // A cut may take the last bytes before it along: from then on exactly what is missing is asked for.
    const offsets = requests.slice(1).map(({ range }) => Number(/^bytes=(\d+)-$/.exec(range ?? "bytes=0-")?.[1]));
    const sent = cuts.map((_, index) => cuts.slice(0, index + 1).reduce((sum, cut) => sum + cut, 0));
    for (const [index, offset] of offsets.entries()) {
      expect(offset).toBeGreaterThanOrEqual(offsets[index - 1] ?? 0);
      expect(offset).toBeLessThanOrEqual(sent[index] ?? 0);
    }
    expect(offsets.at(-1)).toBeGreaterThan(0);
    const resumed = requests.filter(({ range }) => range !== undefined);
    expect(resumed.every(({ ifRange }) => ifRange === `"${release.digest}"`)).toBe(true);
  });

  it("goes on after a kill with what had arrived before it", async () => {
    const { stub, agent } = await setUp();
    const release = stub.publish({ version: "1.0.0", bytes, runSpec: QUICK_RUN });
    stub.files.faults.hold = new Promise(() => undefined);
    stub.desire(release);
    agent.run(stub.token());
    const half = Math.floor(bytes.length / 2);
    await stub.until(() =>
      stub.reports
        .map(({ body }) => body)
        .find((body) => body.kind === "state" && body.applications.some((one) => one.progress?.receivedBytes === half)),
    );
    await agent.end("SIGKILL");
    stub.files.faults.hold = undefined;
    agent.run();
    await stub.untilPhase("healthy", release);
    expect(stub.files.requests.at(-1)?.range).toBe(`bytes=${half}-`);
  });

  it("fails without trying for ever when the file is not to be had", async () => {
    const { stub, agent } = await setUp();
    const release = stub.publish({ version: "1.0.0", bytes, runSpec: QUICK_RUN });
    stub.files.faults.status = 404;
    stub.desire(release);
    agent.run(stub.token());
    expect((await stub.untilPhase("failed", release)).failure).toMatchObject({ cause: "download" });
    expect(stub.files.requests).toHaveLength(1);
  });

  it("tells how far it is", async () => {
    const { stub, agent } = await setUp();
    const release = stub.publish({ version: "1.0.0", bytes, runSpec: QUICK_RUN });
    let goOn = (): void => undefined;
    stub.files.faults.hold = new Promise((resolve) => {
      goOn = resolve;
    });
    stub.desire(release);
    agent.run(stub.token());
    const seen = await stub.until(() =>
      stub.reports
        .map(({ body }) => body)
        .find((body) => body.kind === "state" && (body.applications[0]?.progress?.receivedBytes ?? 0) > 0),
    );
    expect(seen).toMatchObject({ applications: [{ phase: "downloading", progress: { totalBytes: bytes.length } }] });
    goOn();
    await stub.untilPhase("healthy", release);
  });
});
