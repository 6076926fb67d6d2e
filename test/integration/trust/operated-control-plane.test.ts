import { createHash } from "node:crypto";
import { createRouterClient } from "@orpc/server";
import { describe, expect, it } from "vitest";
import { decodeEnrolmentToken } from "#shared/protocol/enrolment.ts";
import { aHostKey } from "#test/builders/a-host-key.ts";
import { anOperator, type TestOperator } from "#test/builders/an-operator.ts";
import type { ControlPlane } from "#main/control-plane/compose.ts";
import { aPrincipal, contextOf } from "#test/builders/open-fleets.ts";
import { readSigningRequest } from "#main/client/trust/read-signing-request.ts";
import { reviewRequest } from "#main/client/trust/review-request.ts";
import type { TrustIntent } from "#shared/domain/trust/signing-request.ts";
import { applicationId as applicationIdSchema } from "#shared/lib/ids.ts";
import { ADMINISTRATOR, PRODUCT, ReleaseFixture } from "../release/release-fixture.ts";

const [ana, ben, safe] = [anOperator("ana"), anOperator("ben"), anOperator("safe", "recovery")];

const clientOf = (plane: ControlPlane) => createRouterClient(plane.router, { context: contextOf(ADMINISTRATOR) });

async function signOpen(plane: ControlPlane, people: readonly TestOperator[]): Promise<void> {
  const client = clientOf(plane);
  for (const { id, state } of await client.trust.listRequests())
    if (state === "open")
      for (const person of people) await client.trust.submit(person.sign(await client.trust.exportRequest({ signingRequestId: id })));
}

async function handOver(plane: ControlPlane): Promise<void> {
  await clientOf(plane).trust.prepare({ intent: { kind: "quorum", quorum: { threshold: 2, keys: [ana.key, ben.key, safe.key] } } });
  await signOpen(plane, [ana, ben]);
}

/** What the signers' own tool makes of an open request, beside an export of this control plane. */
async function warningsOf(plane: ControlPlane): Promise<readonly string[]> {
  const client = clientOf(plane);
  const open = (await client.trust.listRequests()).find(({ state }) => state === "open");
  const file = await client.trust.exportRequest({ signingRequestId: open!.id });
  const { files } = await client.trust.export();
  const against = files.map(({ name, bytes }) => ({ name, bytes: Buffer.from(bytes, "base64") }));
  const { lines } = await reviewRequest(readSigningRequest(JSON.stringify(file)), { memories: [], against, now: Date.now() });
  return lines.filter(({ tone }) => tone === "warning").map(({ text }) => text);
}

describe("a control plane whose operators hold the keys", () => {
  it("publishes a release when the operators have signed it, and withdraws it for good when they have signed that", async () => {
    const fixture = await ReleaseFixture.open();
    await handOver(fixture.plane);
    const client = clientOf(fixture.plane);
    const { id } = await fixture.draft("1.0.0");
    expect((await client.releases.publish({ releaseId: id })).state).toBe("draft");
    await expect.poll(async () => (await client.publications.list({ releaseId: id }))[0]?.state).toBe("waiting");
    const [waiting] = await client.publications.list({ releaseId: id });
    expect(waiting).toMatchObject({ message: "Waits for operators' signatures." });
    const [request] = await client.trust.listRequests();
    expect(waiting?.signingRequestId).toBe(request?.id);
    expect((await client.home.overview()).attention).toMatchObject([
      { kind: "signatures-awaited", title: expect.stringContaining("1.0.0") },
    ]);
    await signOpen(fixture.plane, [ana, ben]);
    await expect.poll(async () => (await client.releases.get({ releaseId: id })).state).toBe("published");
    expect((await client.home.overview()).attention).toEqual([]);
    await client.releases.withdraw({ releaseId: id, reason: "bad" });
    expect(await client.trust.status()).toMatchObject({ openRequests: 1 });
    await signOpen(fixture.plane, [ben, ana]);
    expect(await client.trust.status()).toMatchObject({ openRequests: 0, mode: "operator-held" });
  });

  it("goes on over a restart where it waited for signatures", async () => {
    const fixture = await ReleaseFixture.open();
    await handOver(fixture.plane);
    const { id } = await fixture.draft("1.0.0");
    await clientOf(fixture.plane).releases.publish({ releaseId: id });
    await expect.poll(async () => (await clientOf(fixture.plane).trust.listRequests())[0]?.state).toBe("open");
    await fixture.restart();
    await signOpen(fixture.plane, [ana, ben]);
    await expect.poll(async () => (await clientOf(fixture.plane).releases.get({ releaseId: id })).state).toBe("published");
  });

  it("gives every token the root that was newest when it was made, and old tokens go on working", async () => {
    const fixture = await ReleaseFixture.open();
    const client = createRouterClient(fixture.plane.router, { context: contextOf(aPrincipal()) });
    const { groups } = await client.fleets.create({ name: "lab" });
    const old = await client.tokens.create({ groupId: groups[0]!.id });
    await handOver(fixture.plane);
    const young = await client.tokens.create({ groupId: groups[0]!.id });
    const roots: string[] = [];
    for (const { text } of [old, young]) {
      const token = decodeEnrolmentToken(text);
      const request = aHostKey().enrolRequest({ secret: token.secret, at: Date.now() });
      const { trustRoot } = await fixture.plane.hosts.enrolment.enrol(request, "192.0.2.7");
      const bytes = Buffer.from(trustRoot, "base64");
      expect(createHash("sha256").update(bytes).digest("hex")).toBe(token.trustRoot);
      roots.push(bytes.toString());
    }
    expect(roots.map((root) => /"version":(\d+)/.exec(root)?.[1])).toEqual(["1", "2"]);
  });

  it("asks for nothing that the signers' own tool cannot explain", async () => {
    const fixture = await ReleaseFixture.open();
    const client = createRouterClient(fixture.plane.router, { context: contextOf(aPrincipal()) });
    const fleet = await client.fleets.create({ name: "lab" });
    const applicationId = applicationIdSchema.parse(fixture.applicationId);
    const asked = async (intent: TrustIntent, people = [ana, ben]) => {
      const { kind } = intent;
      await client.trust.prepare({ intent });
      const warnings = (await warningsOf(fixture.plane)).map((text) => `${kind}: ${text}`);
      await signOpen(fixture.plane, people);
      return warnings;
    };
    await fixture.published("0.9.0");
    const takeover = await asked({ kind: "quorum", quorum: { threshold: 2, keys: [ana.key, ben.key, safe.key] } });
    const { id } = await fixture.draft("1.0.0");
    await client.releases.publish({ releaseId: id });
    await expect.poll(async () => (await client.trust.listRequests())[0]?.state).toBe("open");
    const publish = await warningsOf(fixture.plane);
    await signOpen(fixture.plane, [ana, ben]);
    await expect.poll(async () => (await client.releases.get({ releaseId: id })).state).toBe("published");
    const others = [
      ...(await asked({ kind: "minimum", applicationId, version: "1.0.0" })),
      ...(await asked({ kind: "accept", fleetId: fleet.id, products: [PRODUCT] })),
      ...(await asked({ kind: "renew" })),
      ...(await asked({ kind: "online-keys" })),
      ...(await asked({ kind: "minimum", applicationId, version: null })),
      ...(await asked({ kind: "accept", fleetId: fleet.id, products: "all" })),
      ...(await asked({ kind: "quorum", quorum: { threshold: 1, keys: [ana.key, safe.key] } })),
    ];
    await client.releases.withdraw({ releaseId: id, reason: "bad" });
    const withdraw = await warningsOf(fixture.plane);
    expect([...takeover, ...publish, ...others, ...withdraw]).toEqual([]);
  });
});
