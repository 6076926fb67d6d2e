import { describe, expect, it } from "vitest";
import { exportText } from "#main/control-plane/audit/export.ts";
import { AuditService } from "#main/control-plane/audit/service.ts";
import { systemClock } from "#main/adapters/system/system-clock.ts";
import { readHostTroubles } from "#main/control-plane/fleet/host-troubles.ts";
import { reportLine } from "#shared/domain/audit/signed-report.ts";
import { applicationId } from "#shared/lib/ids.ts";
import type { ReportBody } from "#shared/protocol/agent-frames.ts";
import { memoryWire } from "#test/builders/memory-wire.ts";
import { openSigner } from "#test/builders/open-signer.ts";
import { aReleaseId, digestOf, uuidOf } from "#test/builders/rollout-facts.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";
import { AgentIdentity } from "#test/simulation/fleet/agent-identity.ts";
import { SimulatedAgent } from "#test/simulation/fleet/simulated-agent.ts";
import { openLinkFixture } from "./link-fixture.ts";

const application = {
  applicationId: applicationId.parse(uuidOf(9, 1)),
  phase: "healthy" as const,
  healthy: true,
  restarts: 0,
  slots: [],
  quarantine: [],
};
const phase = (name: "downloading" | "switching" | "healthy"): ReportBody => ({
  kind: "phase",
  at: 1,
  applicationId: application.applicationId,
  releaseId: aReleaseId(1),
  digest: digestOf(1),
  phase: name,
  application: { ...application, phase: name },
});
const state: ReportBody = { kind: "state", at: 1, applications: [] };

/** A host that reported a whole update, and the audit that tells of its enrolment. */
async function updated() {
  const fixture = await openLinkFixture();
  const { hostId, identity } = await fixture.addHost(1);
  const agent = new SimulatedAgent({ hostId, identity, dial: memoryWire(fixture.link).dial, stateIntervalMs: 0 });
  await agent.connect();
  const bodies = [state, phase("downloading"), phase("switching"), { ...phase("healthy"), mood: "cheerful" }];
  const done = agent.next((frame) => frame.type === "report-ack" && frame.sequence === bodies.length);
  for (const [at, body] of bodies.entries()) agent.sendFrame(identity.report(hostId, agent.boot, at + 1, body));
  await done;
  const audit = new AuditService(fixture.store, await openSigner(await tempFolder()), systemClock);
  const enrolled = { actor: "host", action: "host.enrolled", subject: `host:${hostId}`, details: { publicKey: identity.publicKey } };
  await fixture.store.write((unit) => Promise.resolve(unit.audit(enrolled)));
  await audit.seal();
  return { fixture, audit, hostId, agent, identity };
}

describe("reports that hosts signed", () => {
  it("are kept where something changed, as they were signed, and hold against the audit", async () => {
    const { audit, hostId, agent } = await updated();
    const kept = (await Array.fromAsync(audit.reports("all", {}))).flat();
    expect(kept.map(({ sequence, body }) => [sequence, body])).toMatchObject([
      [3, { phase: "switching" }],
      [4, { phase: "healthy", mood: "cheerful" }],
    ]);
    expect(kept[0]).toMatchObject({ hostId, boot: agent.boot });
    expect(await audit.verify()).toMatchObject({ outcome: "intact", reports: 2 });
  });

  it("stand behind the entries of an export, in every format", async () => {
    const { audit } = await updated();
    const read = async (format: "csv" | "json" | "ndjson") =>
      (await Array.fromAsync(exportText({ entries: audit.batches("all", {}), reports: audit.reports("all", {}) }, format))).join("");
    const lines = (await read("ndjson")).trimEnd().split("\n");
    expect(lines).toHaveLength(3);
    expect(lines.slice(1).map((line) => reportLine.parse(JSON.parse(line)).report.sequence)).toEqual([3, 4]);
    expect(JSON.parse(await read("json"))).toHaveLength(3);
    const [header, , csv] = (await read("csv")).split("\r\n");
    expect(header).toMatch(/,reportHostId,reportPublicKey,reportBoot,reportSequence,reportBody,reportSignature$/);
    expect(csv).toContain(`""phase"":""switching""`);
  });

  it.each([
    ["says something else", `UPDATE signedReports SET body = replace(body, 'switching', 'reverted')`, "is not signed by that host"],
    ["counts otherwise", `UPDATE signedReports SET sequence = 9 WHERE sequence = 3`, "is not signed by that host"],
    [
      "stands twice",
      `INSERT INTO signedReports SELECT id + 9, hostId, fleetId, publicKey, boot, sequence, at, body, signature FROM signedReports`,
      "stands behind report",
    ],
    ["belongs to another host", `UPDATE signedReports SET hostId = '00000001-0000-4000-8000-000000000002'`, "names another key"],
  ])("do not hold when one %s", async (_what, change, words) => {
    const { fixture, audit } = await updated();
    fixture.store.database.raw.exec(change);
    expect(await audit.verify()).toMatchObject({ outcome: "broken", problem: "report", message: expect.stringContaining(words) });
  });

  it("that are forged or replayed are shown as trouble of their host, for a day", async () => {
    const { fixture, hostId, agent } = await updated();
    const bye = agent.next((frame) => frame.type === "bye");
    agent.sendFrame(new AgentIdentity().report(hostId, agent.boot, 5, state));
    await bye;
    await fixture.store.write(() => Promise.resolve());
    const troubles = (refusedAfter: number) => readHostTroubles(fixture.store.read, "all", { silentBefore: 0, refusedAfter });
    expect(await troubles(Date.now() - 60_000)).toMatchObject([{ kind: "refused", count: 1, hostId }]);
    expect(await troubles(Date.now() + 60_000)).toEqual([]);
  });
});
