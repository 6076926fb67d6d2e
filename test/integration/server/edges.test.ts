import { utimes, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { aConsole, jsonPost, startFixture } from "./server-fixture.ts";

const rpc = "/rpc/fleets/list";

describe("every answer", () => {
  it("carries a correlation id and the headers that keep browsers from guessing", async () => {
    const { send } = await startFixture();
    for (const path of ["/", "/healthz", rpc, "/v2/", "/agent/v1/enrol", "/nothing.js", "/uploads"]) {
      const { headers } = await send(path);
      expect(headers["x-correlation-id"], path).toMatch(/^[A-Za-z0-9_-]{12}$/);
      expect(headers["x-content-type-options"], path).toBe("nosniff");
      expect(headers["content-security-policy"], path).toContain("default-src 'none'");
    }
  });

  it("is refused to names that are not ours", async () => {
    const { send, client } = await startFixture();
    for (const host of ["evil.example", "127.0.0.1.evil.example", "a b", "x".repeat(400)]) {
      const answer = await send("/", { headers: { host } });
      expect(answer.status, host).toBeGreaterThanOrEqual(400);
    }
    for (const host of ["localhost:1", "127.0.0.1", "[::1]:7420"]) expect((await send("/", { headers: { host } })).status, host).toBe(200);
    const { revision } = await client.settings.get();
    await client.settings.update({ revision, publicUrls: ["https://Rollcall.Example:8443"] });
    expect((await send("/", { headers: { host: "rollcall.example:8443" } })).status).toBe(200);
  });

  it("to a bug says what was not done and where to look, and never how our code looks", async () => {
    const { send, server, client } = await startFixture();
    const { secret } = await client.access.createToken({ label: "t", role: "administrator" });
    server.opened.plane.store.database.raw.exec("DROP TABLE groups");
    const answer = await send(rpc, jsonPost({ json: {} }, { authorization: `Bearer ${secret}` }));
    expect(answer.status).toBe(500);
    expect(answer.body).toContain(String(answer.headers["x-correlation-id"]));
    expect(answer.body).not.toMatch(/groups|node_modules|\.ts:|SQLITE/);
  });
});

describe("bad requests", () => {
  const cases = [
    ["malformed JSON", "{", "application/json", 400, "INPUT_INVALID"],
    ["a call in the wrong shape", "null", "application/json", 400, "INPUT_INVALID"],
    ["a wrong content type", "{}", "text/plain", 415, "INPUT_CONTENT_TYPE"],
    ["a form", "a=b", "application/x-www-form-urlencoded", 415, "INPUT_CONTENT_TYPE"],
    ["too large a body", JSON.stringify("x".repeat(1024 * 1024)), "application/json", 413, "INPUT_TOO_LARGE"],
  ] as const;

  it.each(cases)("over RPC: %s", async (_what, body, type, status, code) => {
    const { send, client } = await startFixture();
    const { secret } = await client.access.createToken({ label: "t", role: "administrator" });
    const headers = { "content-type": type, authorization: `Bearer ${secret}` };
    const answer = await send(rpc, { method: "POST", headers, body });
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toMatchObject({ json: { code } });
  });

  it.each(cases.filter(([what]) => what !== "a call in the wrong shape"))("over REST: %s", async (_what, body, type, status, code) => {
    const { send, client } = await startFixture();
    const { secret } = await client.access.createToken({ label: "t", role: "administrator" });
    const headers = { "content-type": type, authorization: `Bearer ${secret}` };
    const answer = await send("/api/v1/fleets", { method: "POST", headers, body });
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toMatchObject({ code });
  });

  it("to a refused call says what to do next, over REST as well", async () => {
    const { send, client } = await startFixture();
    const { secret } = await client.access.createToken({ label: "t", role: "viewer" });
    const answer = await send("/api/v1/fleets/00000000-0000-4000-8000-000000000000", { headers: { authorization: `Bearer ${secret}` } });
    expect(answer.status).toBe(404);
    expect(JSON.parse(answer.body)).toMatchObject({ code: "NOT_FOUND", data: { next: "Check the name or id; it may have been removed." } });
  });

  it("of the registry asks a stranger for credentials before it says that it is one", async () => {
    const { send, client } = await startFixture();
    const stranger = await send("/v2/");
    expect(stranger.status).toBe(401);
    expect(stranger.headers["www-authenticate"]).toBe('Bearer realm="rollcall"');
    const { secret } = await client.access.createToken({ label: "t", role: "viewer" });
    expect((await send("/v2/", { headers: { authorization: `Bearer ${secret}` } })).status).toBe(200);
  });

  it("to procedures that are not there are not found, in the form of the API that was asked", async () => {
    const { send, client } = await startFixture();
    const { secret } = await client.access.createToken({ label: "t", role: "viewer" });
    const headers = { authorization: `Bearer ${secret}` };
    expect(JSON.parse((await send("/rpc/no/such", { method: "POST", headers })).body)).toMatchObject({ json: { code: "NOT_FOUND" } });
    expect(JSON.parse((await send("/api/v1/no/such", { headers })).body)).toMatchObject({ code: "NOT_FOUND" });
  });

  it("with endless headers are cut off", async () => {
    const { origin } = await startFixture();
    const socket = connect(Number(new URL(origin).port), "127.0.0.1");
    socket.write(`GET / HTTP/1.1\r\nHost: localhost\r\nx: ${"y".repeat(64 * 1024)}\r\n\r\n`);
    const [first] = (await new Promise<Buffer>((settle) => socket.once("data", settle))).toString().split("\r\n");
    expect(first).toContain("431");
    socket.destroy();
  });
});

describe("the console", () => {
  it("is served with a new nonce each time, for every address that is a view", async () => {
    const { send } = await startFixture();
    const [first, second] = [await send("/"), await send("/rollouts/some-id?tab=waves")];
    for (const page of [first, second]) {
      const nonce = /content="([\w-]{22})"/.exec(page.body)?.[1] ?? "none";
      expect(page.headers["content-security-policy"]).toContain(`'nonce-${nonce}'`);
      expect(page.headers["cache-control"]).toBe("no-store");
      expect(page.body).not.toContain("__CSP_NONCE__");
    }
    expect(first.body).not.toBe(second.body);
  });

  it("lets browsers keep hashed files for ever, and ask again for the others", async () => {
    const { send } = await startFixture();
    const script = await send("/assets/main-abc123.js");
    expect(script).toMatchObject({ status: 200, body: "export const one = 1;\n" });
    expect(script.headers).toMatchObject({
      "content-type": "text/javascript; charset=utf-8",
      "cache-control": "public, max-age=31536000, immutable",
    });
    const mark = await send("/mark.svg");
    expect(mark.headers["cache-control"]).toBe("no-cache");
    expect((await send("/mark.svg", { headers: { "if-none-match": String(mark.headers.etag) } })).status).toBe(304);
  });

  it("takes a version at the end of an address for a view, and a later build for the new console", async () => {
    const consoleFolder = await aConsole();
    const { send } = await startFixture({ consoleFolder });
    expect((await send("/applications/org.example.web/1.4.2")).status).toBe(200);
    await writeFile(join(consoleFolder, "assets", "main-def456.js"), "export const two = 2;\n");
    await writeFile(join(consoleFolder, "index.html"), "<p>rebuilt __CSP_NONCE__");
    await utimes(join(consoleFolder, "index.html"), 1, 1);
    expect((await send("/")).body).toContain("rebuilt");
    expect((await send("/assets/main-def456.js")).status).toBe(200);
  });

  it("takes no missing file for a view", async () => {
    const { send } = await startFixture();
    expect((await send("/assets/main-old.js")).status).toBe(404);
    expect((await send("/favicon.ico")).status).toBe(404);
    expect((await send("/assets/")).status).toBe(404);
  });

  it.each([
    "/../running.json",
    "/assets/../../running.json",
    "/%2e%2e/running.json",
    "/..%2frunning.json",
    "/assets/..%5c..%5crunning.json",
    "//etc/passwd",
    "/%00",
    "/assets/%2e%2e/index.html",
  ])("never leaves its folder: %s", async (path) => {
    const { send } = await startFixture();
    const answer = await send(path);
    expect(answer.body).not.toMatch(/token|root:/);
    expect([200, 400, 404]).toContain(answer.status);
  });
});

describe("the REST API", () => {
  it("describes itself in OpenAPI 3.1, reads numbers from the query, and answers created things with 201", async () => {
    const { send, client } = await startFixture();
    const document = JSON.parse((await send("/api/v1/openapi.json")).body) as { openapi: string; paths: object };
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(Object.keys(document.paths)).toContain("/rollouts");
    const { secret } = await client.access.createToken({ label: "t", role: "administrator" });
    const headers = { authorization: `Bearer ${secret}` };
    expect((await send("/api/v1/fleets", jsonPost({ name: "Lab" }, headers))).status).toBe(201);
    expect(JSON.parse((await send("/api/v1/hosts?limit=5", { headers })).body)).toMatchObject({ rows: [], total: 0 });
    expect((await send("/api/v1/hosts?limit=many", { headers })).status).toBe(400);
  });
});
