import { createHash, X509Certificate } from "node:crypto";
import { describe, expect, it } from "vitest";
import { makeCertificate } from "#main/server/tls/make-certificate.ts";
import type { StubTls } from "#test/fakes/control-plane-stub.ts";
import { setUp, versionAt } from "./agent-process.ts";
import { QUICK_RUN, serviceArtifact } from "./service-artifact.ts";
import { serveOn } from "./serving-agent.ts";

async function aCertificate(): Promise<StubTls> {
  const { certificate, privateKey } = await makeCertificate(["127.0.0.1"]);
  return { cert: certificate, key: privateKey, pin: createHash("sha256").update(new X509Certificate(certificate).raw).digest("hex") };
}

const RELEASE = { version: "1.0.0", bytes: serviceArtifact("1.0.0"), runSpec: QUICK_RUN };

describe("the agent's link", () => {
  it("goes through polling when no WebSocket gets through, with the same documents", async () => {
    const { stub, agent, port } = await setUp();
    stub.allowsUpgrade = false;
    const release = stub.publish(RELEASE);
    await serveOn(stub, agent, release);
    expect(await versionAt(port)).toBe("1.0.0");
    expect(stub.links).toBe(0);
    const collected = stub.command({ kind: "collect-logs", applicationId: release.applicationId, maxBytes: 1000 });
    expect(await stub.untilCommand(collected)).toMatchObject({ outcome: "done" });
    expect(stub.problems).toEqual([]);
  });

  it("comes back after it was cut and reports what happened meanwhile, once and in order", async () => {
    const { stub, agent } = await setUp();
    const release = stub.publish(RELEASE);
    stub.desire(release);
    agent.run(stub.token());
    await stub.untilPhase("probation", release);
    stub.dropLinks();
    await stub.untilPhase("healthy", release);
    expect(stub.hellos.length).toBeGreaterThan(1);
    expect(stub.phases().map(({ phase }) => phase)).toEqual(["downloading", "verifying", "staged", "switching", "probation", "healthy"]);
    expect(stub.problems).toEqual([]);
  });

  it("sends unacknowledged reports again, after a kill too, and has them taken once", async () => {
    const { stub, agent } = await setUp();
    const release = stub.publish(RELEASE);
    agent.run(stub.token());
    await stub.until(() => (stub.reports.length > 0 ? true : undefined));
    stub.withholdAcks = true;
    stub.desire(release);
    await stub.untilPhase("healthy", release);
    await agent.end("SIGKILL");
    stub.withholdAcks = false;
    agent.run();
    const soFar = stub.hellos.length;
    await stub.until(() => (stub.hellos.length > soFar ? true : undefined));
    await stub.until(() => (stub.reports.at(-1)?.boot !== stub.reports[0]?.boot ? true : undefined));
    const healthy = stub.phases().filter(({ phase }) => phase === "healthy");
    expect(healthy).toHaveLength(1);
    expect(stub.problems).toEqual([]);
  });

  it("takes no document that is older than the one in force", async () => {
    const { stub, agent } = await setUp();
    const release = stub.publish(RELEASE);
    await serveOn(stub, agent, release);
    const acks = stub.acks.length;
    stub.send({ type: "desired", pair: { epoch: 0, revision: 99 }, applications: [] });
    stub.send({ type: "desired", pair: { epoch: 1, revision: 0 }, applications: [] });
    const id = stub.command({ kind: "collect-logs", applicationId: release.applicationId, maxBytes: 10 });
    await stub.untilCommand(id);
    expect(stub.acks.slice(acks).map((ack) => ack.of)).toEqual(["command"]);
  });

  it("follows the pin of its token for enrolment, link, metadata and downloads", async () => {
    const { stub, agent, port } = await setUp(await aCertificate());
    const release = stub.publish(RELEASE);
    await serveOn(stub, agent, release);
    expect(await versionAt(port)).toBe("1.0.0");
    expect(stub.links).toBe(1);
  });

  it("sends nothing to a control plane with another certificate than the pinned one", async () => {
    const { stub, agent } = await setUp(await aCertificate());
    agent.run(stub.token({ certificatePin: "0".repeat(64) }));
    expect(await agent.exited()).toBe(7);
    expect(agent.output).toContain("another certificate");
    expect(stub.hostKeys.size).toBe(0);
  });

  it("stops asking when its host was revoked, and serves on", async () => {
    const { stub, agent, port } = await setUp();
    const release = stub.publish(RELEASE);
    await serveOn(stub, agent, release);
    stub.farewell = { type: "bye", code: "HOST_REVOKED", message: "This host was revoked." };
    stub.dropLinks();
    await expect.poll(() => agent.log(), { timeout: 20_000 }).toContain("does not want this host back");
    expect(await versionAt(port)).toBe("1.0.0");
  });

  it("comes back within the window that a closing frame names", async () => {
    const { stub, agent } = await setUp();
    stub.farewell = { type: "bye", code: "TRANSPORT_CLOSED", message: "restarting", retry: { fromMs: 10, toMs: 50 } };
    agent.run(stub.token());
    await stub.until(() => (stub.hellos.length > 0 ? true : undefined));
    expect(stub.links).toBe(2);
  });

  it("passes over a frame that it does not know and closes on one that does not hold", async () => {
    const { stub, agent } = await setUp();
    agent.run(stub.token());
    await stub.until(() => (stub.hellos.length > 0 ? true : undefined));
    stub.sendRaw({ type: "weather", sunny: true });
    stub.sendRaw({ type: "go", grantId: "nonsense", leaseMs: 1 });
    await stub.until(() => (stub.hellos.length > 1 ? true : undefined));
    const log = await agent.log();
    expect(log).toContain("does not know");
    expect(log).toContain("does not hold");
  });
});
