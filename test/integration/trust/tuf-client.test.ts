import { describe, expect, it } from "vitest";
import { METADATA, PRODUCT, sha256, TARGETS, TrustFixture } from "./trust-fixture.ts";

const DAY_MS = 86_400_000;

describe("a TUF client against the served repository", () => {
  it("verifies a manifest from nothing but the first root, whose digest the control plane names", async () => {
    const fixture = await TrustFixture.open();
    const bytes = await fixture.publish("1.0.0");
    expect(await fixture.verified("1.0.0")).toBe(bytes.toString());
    expect(fixture.trust.rootSha256).toBe(sha256(fixture.firstRoot));
  });

  it("finds what was published since it last looked, in every application", async () => {
    const fixture = await TrustFixture.open();
    await fixture.publish("1.0.0");
    await fixture.verified("1.0.0");
    const next = await fixture.publish("1.1.0-rc.1+build.7");
    const other = await fixture.publish("1.0.0", fixture.opened, "org.example.proxy");
    expect(await fixture.verified("1.1.0-rc.1+build.7")).toBe(next.toString());
    expect(await fixture.verified("1.0.0", "client", "org.example.proxy")).toBe(other.toString());
    expect(await fixture.verified("9.9.9")).toBeUndefined();
  });

  it("no longer finds a withdrawn release", async () => {
    const fixture = await TrustFixture.open();
    await fixture.publish("1.0.0");
    await fixture.verified("1.0.0");
    await fixture.withdraw("1.0.0");
    expect(await fixture.verified("1.0.0")).toBeUndefined();
  });

  it.each(["timestamp.json", "2.snapshot.json", "2.targets.json", `1.${PRODUCT}.json`])("refuses an altered %s", async (name) => {
    const fixture = await TrustFixture.open();
    await fixture.publish("1.0.0");
    const honest = Buffer.from((await fixture.trust.metadata(name)) ?? []).toString();
    expect(honest).toContain('"expires":"2');
    fixture.tampered.set(`${METADATA}/${name}`, honest.replace('"expires":"2', '"expires":"3'));
    await expect(fixture.verified("1.0.0")).rejects.toThrow(/signed by 0|hash|expected/i);
  });

  it("refuses an altered manifest", async () => {
    const fixture = await TrustFixture.open();
    const bytes = await fixture.publish("1.0.0");
    fixture.tampered.set(`${TARGETS}/${PRODUCT}/${sha256(bytes)}.1.0.0.json`, bytes.toString().replace("1.0.0", "6.6.6"));
    await expect(fixture.verified("1.0.0")).rejects.toThrow(/hash/i);
  });

  it("refuses metadata that nobody renewed, and accepts it again once it was", async () => {
    const fixture = await TrustFixture.open(-8 * DAY_MS);
    await fixture.publish("1.0.0");
    await expect(fixture.verified("1.0.0")).rejects.toThrow(/expired/i);
    fixture.clock.byMs = 0;
    await fixture.trust.renew();
    expect(await fixture.verified("1.0.0")).toContain("1.0.0");
  });

  it("refuses a repository that goes back to an older state", async () => {
    const fixture = await TrustFixture.open();
    await fixture.publish("1.0.0");
    const old = (await fixture.trust.metadata("timestamp.json")) ?? Buffer.alloc(0);
    await fixture.publish("1.1.0");
    await fixture.verified("1.1.0");
    fixture.tampered.set(`${METADATA}/timestamp.json`, old);
    await expect(fixture.verified("1.1.0")).rejects.toThrow(/version/i);
  });

  it("follows renewed roots from the first one on", async () => {
    const fixture = await TrustFixture.open(-400 * DAY_MS);
    await fixture.publish("1.0.0");
    fixture.clock.byMs = 0;
    await fixture.trust.renew();
    expect(fixture.trust.roles().map(({ role, version }) => `${role} ${version}`)).toEqual([
      "root 2",
      "targets 3",
      "snapshot 3",
      "timestamp 3",
      `${PRODUCT} 2`,
    ]);
    expect(await fixture.verified("1.0.0")).toContain("1.0.0");
  });
});

describe("the trust mount", () => {
  it.each([
    ["unauthenticated", 401, "ACCESS_UNAUTHENTICATED"],
    ["denied", 403, "ACCESS_DENIED"],
  ] as const)("answers %s requests with %i", async (verdict, status, code) => {
    const fixture = await TrustFixture.open();
    fixture.verdict = verdict;
    const answer = await fetch(`${fixture.origin}${METADATA}/timestamp.json`);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ code });
  });

  it.each([
    `${METADATA}/9.root.json`,
    `${METADATA}/..%2fkeys%2froot.pem`,
    `${METADATA}/%zz`,
    `${TARGETS}/${PRODUCT}/1.0.0.json`,
    `${TARGETS}/${PRODUCT}/${"0".repeat(64)}.1.0.0.json`,
  ])("gives nothing at %s", async (path) => {
    const fixture = await TrustFixture.open();
    await fixture.publish("1.0.0");
    const answer = await fetch(fixture.origin + path);
    expect([400, 404]).toContain(answer.status);
    expect(await answer.json()).toMatchObject({ code: expect.stringMatching(/NOT_FOUND|INPUT_INVALID/) });
  });

  it("is read-only", async () => {
    const fixture = await TrustFixture.open();
    const answer = await fetch(`${fixture.origin}${METADATA}/timestamp.json`, { method: "PUT", body: "x" });
    expect(answer.status).toBe(405);
    expect(answer.headers.get("allow")).toBe("GET, HEAD");
  });
});
