import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { releaseId } from "#shared/lib/ids.ts";
import type { StubPublication } from "#test/fakes/control-plane-stub-releases.ts";
import { servicePids, setUp } from "./agent-process.ts";
import { QUICK_RUN, serviceArtifact } from "./service-artifact.ts";
import { serveOn } from "./serving-agent.ts";

const bytes = serviceArtifact("1.0.0");

describe("an agent that verifies what it was sent", () => {
  it.each<readonly [string, Partial<StubPublication>, string]>([
    ["a manifest about another release", { sign: (manifest) => ({ ...manifest, releaseId: releaseId.parse(randomUUID()) }) }, "not"],
    ["a manifest about another version", { sign: (manifest) => ({ ...manifest, version: "9.9.9" }) }, "9.9.9"],
    ["bytes that do not have the signed digest", { blob: Buffer.from(bytes.toString("utf8").replace("listening", "listenin!")) }, "digest"],
    ["an artifact for another platform", { platform: "linux/s390x" }, "no artifact for"],
    [
      "a digest that is not the signed one",
      {
        sign: (manifest) => ({
          ...manifest,
          artifacts: manifest.artifacts.map((one) => ({ ...one, digests: { ...one.digests, sha256: "0".repeat(64) } })),
        }),
      },
      "not the one that was asked for",
    ],
  ])("refuses %s and makes nothing executable", async (_, change, said) => {
    const { stub, agent } = await setUp();
    const release = stub.publish({ version: "1.0.0", bytes, runSpec: QUICK_RUN, ...change });
    stub.desire(release);
    agent.run(stub.token());
    const failed = await stub.untilPhase("failed", release);
    expect(failed.failure).toMatchObject({ cause: "verification" });
    expect(failed.failure?.message).toContain(said);
    expect(failed.application).toMatchObject({ slots: [], quarantine: [] });
    expect(await servicePids(agent)).toEqual([]);
  });

  it("refuses metadata that nobody signed", async () => {
    const { stub, agent } = await setUp();
    const release = stub.publish({ version: "1.0.0", bytes, runSpec: QUICK_RUN });
    for (const [name, file] of stub.repository.metadata) {
      if (name.endsWith("org.example.web.json"))
        stub.repository.metadata.set(name, Buffer.from(file.toString("utf8").replace(/"length":\d+/, '"length":1')));
    }
    stub.desire(release);
    agent.run(stub.token());
    expect((await stub.untilPhase("failed", release)).failure).toMatchObject({
      cause: "verification",
      code: "TRUST_SIGNATURE_INVALID",
    });
  });

  it("refuses metadata that has expired, and takes it again once it was renewed", async () => {
    const { stub, agent } = await setUp();
    const release = stub.publish({ version: "1.0.0", bytes, runSpec: QUICK_RUN });
    stub.repository.republish(-1000);
    stub.desire(release);
    agent.run(stub.token());
    expect((await stub.untilPhase("failed", release)).failure).toMatchObject({
      code: "TRUST_METADATA_EXPIRED",
      message: expect.stringMatching(/expired on .*; since then the control plane may be holding back newer metadata/) as string,
    });
    stub.repository.republish(600_000);
    const grant = stub.desire(release);
    await stub.untilPhase("healthy", release, grant);
    expect(stub.files.requests.filter(({ range }) => range === undefined)).toHaveLength(1);
  });

  it("refuses older metadata than it has seen, after a restart too", async () => {
    const { stub, agent } = await setUp();
    const old = new Map(stub.repository.metadata);
    const first = stub.publish({ version: "1.0.0", bytes, runSpec: QUICK_RUN });
    await serveOn(stub, agent, first);
    await agent.end("SIGTERM");
    const second = stub.publish({ version: "1.1.0", bytes: serviceArtifact("1.1.0"), runSpec: QUICK_RUN });
    stub.repository.metadata.set("timestamp.json", old.get("timestamp.json") ?? Buffer.alloc(0));
    stub.desire(second);
    agent.run();
    expect((await stub.untilPhase("failed", second)).failure?.code).toBe("TRUST_ROLLBACK");
  });
});
