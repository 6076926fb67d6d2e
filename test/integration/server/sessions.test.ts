import { describe, expect, it } from "vitest";
import { contractClient } from "#main/client/contract-client.ts";
import { jsonPost, startFixture, type ServerFixture } from "./server-fixture.ts";

const codeOf = async (fixture: ServerFixture) => new URL(await fixture.server.loginLink()).hash.slice(1);
const call = (fixture: ServerFixture, headers: Record<string, string>) =>
  fixture.send("/rpc/system/whoami", { method: "POST", headers: { "content-type": "application/json", ...headers }, body: "{}" });

describe("logging in", () => {
  it("turns a login link into a session once, with a cookie that scripts and other sites never see", async () => {
    const fixture = await startFixture();
    const code = await codeOf(fixture);
    const answer = await fixture.send("/login", jsonPost({ code }));
    expect(answer.status).toBe(204);
    const [cookie] = answer.headers["set-cookie"] ?? [];
    expect(cookie).toMatch(new RegExp(`^rollcall-${fixture.server.port}=\\S+; Max-Age=\\d+; Path=/; HttpOnly; SameSite=Strict$`));
    const again = await fixture.send("/login", jsonPost({ code }));
    expect(again.status).toBe(401);
    expect(JSON.parse(again.body)).toMatchObject({ code: "ACCESS_LINK_USED" });
    expect(again.headers["set-cookie"]).toBeUndefined();
  });

  it("keeps the code out of every request: the link's page takes it from the fragment", async () => {
    const fixture = await startFixture();
    expect(await fixture.server.loginLink()).toMatch(/\/login#[A-Za-z0-9_-]{43}$/);
    const page = await fixture.send("/login");
    expect(page.body).toContain('history.replaceState(null, "", "/login")');
    expect(page.headers["content-security-policy"]).toContain("default-src 'none'");
    expect(page.headers["referrer-policy"]).toBe("no-referrer");
  });

  it("does not let another site log its visitor in", async () => {
    const fixture = await startFixture();
    const answer = await fixture.send("/login", jsonPost({ code: await codeOf(fixture) }, { origin: "https://evil.example" }));
    expect(answer.status).toBe(403);
  });

  it("slows down who guesses codes", async () => {
    const fixture = await startFixture();
    for (let guess = 0; guess < 20; guess += 1) await fixture.send("/login", jsonPost({ code: `guess-${guess}` }));
    const answer = await fixture.send("/login", jsonPost({ code: await codeOf(fixture) }));
    expect(answer.status).toBe(429);
    expect(JSON.parse(answer.body)).toMatchObject({ code: "RATE_LIMITED" });
  });

  it("ends with a logout", async () => {
    const fixture = await startFixture();
    const { cookie } = await fixture.logIn();
    const origin = fixture.origin;
    expect((await call(fixture, { cookie, origin })).status).toBe(200);
    const answer = await fixture.send("/logout", { method: "POST", headers: { cookie, origin } });
    expect(answer.headers["set-cookie"]?.[0]).toContain("Max-Age=0");
    expect((await call(fixture, { cookie, origin })).status).toBe(401);
  });
});

describe("calls of a session", () => {
  it("are taken from our own page alone", async () => {
    const fixture = await startFixture();
    const { cookie } = await fixture.logIn();
    expect((await call(fixture, { cookie, origin: fixture.origin })).status).toBe(200);
    for (const origin of ["https://evil.example", "null", fixture.origin.replace("http", "https"), `${fixture.origin}.evil.example`]) {
      const answer = await call(fixture, { cookie, origin });
      expect([origin, answer.status]).toEqual([origin, 403]);
    }
    expect((await call(fixture, { cookie })).status).toBe(403);
  });

  it("are refused without a session, with one that is over, and with another server's cookie", async () => {
    const fixture = await startFixture();
    for (const cookie of ["", `rollcall-${fixture.server.port}=${"x".repeat(43)}`, `rollcall-1=${"x".repeat(43)}`]) {
      const answer = await call(fixture, { cookie, origin: fixture.origin });
      expect(answer.status).toBe(401);
      expect(JSON.parse(answer.body)).toMatchObject({ json: { defined: true, code: "ACCESS_UNAUTHENTICATED" } });
    }
  });
});

describe("API tokens", () => {
  it("act with their role, need no origin, and end when they are revoked", async () => {
    const fixture = await startFixture();
    const { token, secret } = await fixture.client.access.createToken({ label: "pipeline", role: "viewer" });
    const pipeline = contractClient({ url: fixture.origin, token: secret });
    expect(await pipeline.system.whoami()).toMatchObject({ name: "token:pipeline", role: "viewer", local: false });
    await expect(pipeline.fleets.create({ name: "Lab" })).rejects.toMatchObject({ code: "ACCESS_DENIED" });
    await fixture.client.access.revokeToken({ apiTokenId: token.id });
    await expect(pipeline.system.whoami()).rejects.toMatchObject({ code: "ACCESS_UNAUTHENTICATED" });
  });

  it("of another run are worth nothing", async () => {
    const fixture = await startFixture();
    for (const token of ["x".repeat(43), "rct_" + "x".repeat(43), "rch1.a.b.c"]) {
      await expect(contractClient({ url: fixture.origin, token }).system.whoami()).rejects.toMatchObject({
        code: "ACCESS_UNAUTHENTICATED",
      });
    }
  });
});
