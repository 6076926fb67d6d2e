import { randomInt } from "node:crypto";
import { describe, expect, it } from "vitest";
import { setUp, versionAt } from "./agent-process.ts";
import { QUICK_RUN, serviceArtifact } from "./service-artifact.ts";

const bytes = serviceArtifact("1.0.0", { ballastBytes: 3_000_000 });

describe("an agent that downloads", () => {
  it("goes on where it was cut, at whatever bytes, and asks for nothing twice", async () => {
    const { stub, agent, port } = await setUp();
    const release = stub.publish({ version: "1.0.0", bytes, runSpec: QUICK_RUN });
    const cuts = [randomInt(1, 900_000), randomInt(1, 900_000), randomInt(1, 900_000)];
    stub.files.faults.cuts.push(...cuts);
    stub.desire(release);
    agent.run(stub.token());
    await stub.untilPhase("healthy", release);
    expect(await versionAt(port)).toBe("1.0.0");
    const { requests } = stub.files;
    expect(requests).toHaveLength(4);
    expect(requests[0]?.range).toBeUndefined();
    // What the agent had received when it was cut is at most what was sent; the rest is asked for from exactly there.
    const offsets = requests.slice(1).map(({ range }) => Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1]));
    expect(
      offsets.every(
        (offset, index) => offset > (offsets[index - 1] ?? 0) && offset <= cuts.slice(0, index + 1).reduce((sum, cut) => sum + cut, 0),
      ),
    ).toBe(true);
    expect(requests.slice(1).every(({ ifRange }) => ifRange === `"${release.digest}"`)).toBe(true);
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
