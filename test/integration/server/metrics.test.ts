import { onTestFinished, describe, expect, it } from "vitest";
import { parseExposition, scrape, sumOf } from "#test/builders/exposition.ts";
import { ServerProcess } from "#test/builders/server-process.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";

async function startedServer(): Promise<ServerProcess> {
  const server = new ServerProcess(await tempFolder());
  onTestFinished(() => void server.end());
  return server.start();
}

const ask = (server: ServerProcess, token?: string, method = "GET") =>
  fetch(new URL("/metrics", server.running.url), { method, headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });

describe("/metrics of a server", () => {
  it("is closed: to nobody, to a wrong token, and to a token of some fleets", { timeout: 120_000 }, async () => {
    const server = await startedServer();
    const nobody = await ask(server);
    expect(nobody.status).toBe(401);
    expect(nobody.headers.get("www-authenticate")).toContain("Bearer");
    expect((await ask(server, `rct_${"x".repeat(43)}`)).status).toBe(401);
    const fleet = await server.client.fleets.create({ name: "lab" });
    const some = await server.client.access.createToken({ label: "one fleet", role: "administrator", fleets: [fleet.id] });
    const refused = await ask(server, some.secret);
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({ code: "ACCESS_DENIED" });
    await expect(server.client.system.metrics()).resolves.toBeDefined();
  });

  it("answers a viewer's token in the text format, with every family typed and explained", { timeout: 120_000 }, async () => {
    const server = await startedServer();
    const { secret, token } = await server.client.access.createToken({ label: "prometheus", role: "viewer" });
    const answer = await ask(server, secret);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect(answer.headers.get("cache-control")).toBe("no-store");
    const families = parseExposition(await answer.text());
    for (const family of families.values()) {
      expect(family.help, family.name).not.toBe("");
      expect(["counter", "gauge", "histogram", "summary"], family.name).toContain(family.type);
    }
    const own = [...families.values()].filter(({ name }) => name.startsWith("rollcall_"));
    expect(own.filter(({ name, type }) => name.endsWith("_total") !== (type === "counter"))).toEqual([]);
    expect([...families.keys()]).toEqual(
      expect.arrayContaining([
        "rollcall_hosts",
        "rollcall_active_rollouts",
        "rollcall_updates_total",
        "rollcall_download_saved_bytes_total",
        "rollcall_deltas_total",
        "rollcall_store_errors_total",
        "rollcall_publications",
        "nodejs_eventloop_lag_p99_seconds",
        "process_resident_memory_bytes",
      ]),
    );
    expect(sumOf(families, "rollcall_build_info", { shell: "server" })).toBe(1);
    expect((await ask(server, secret, "HEAD")).status).toBe(200);
    expect((await ask(server, secret, "POST")).status).toBe(400);
    await server.client.access.revokeToken({ apiTokenId: token.id });
    expect((await ask(server, secret)).status).toBe(401);
  });

  it(
    "counts the audit, survives names with quotes and backslashes, and says nothing about stores that nobody looked at",
    { timeout: 120_000 },
    async () => {
      const server = await startedServer();
      const target = server.running;
      const before = sumOf(await scrape(target), "rollcall_audit_entries_total");
      const name = 'the "lab" \\ here';
      await server.client.fleets.create({ name });
      const after = await scrape(target);
      expect(after.get("rollcall_store_up")?.samples).toEqual([]);
      expect(sumOf(after, "rollcall_audit_entries_total")).toBeGreaterThan(before);
      expect(after.get("rollcall_hosts")?.samples).toContainEqual({
        name: "rollcall_hosts",
        labels: { fleet: name, link: "connected" },
        value: 0,
      });
    },
  );
});
