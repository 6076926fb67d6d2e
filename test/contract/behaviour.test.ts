import { describe, expect, it } from "vitest";
import type { Principal } from "#shared/domain/access/permission.ts";
import { runningServer } from "#test/builders/running-server.ts";
import { codeOf } from "./call-by-name.ts";
import { TRANSPORTS } from "./transports.ts";

const administrator: Principal = { name: "user:ana", role: "administrator", fleets: "all", local: false };

describe.each(TRANSPORTS)("the contract over $name", ({ name, connect }) => {
  it("answers what its schema says", async () => {
    const { client } = await connect(await runningServer(), administrator);
    const application = await client.applications.create({ productId: "org.example.web", name: "Web" });
    expect(await client.applications.get({ applicationId: application.id })).toEqual(application);
    expect(await client.applications.list()).toEqual([application]);
    expect(application).toMatchObject({ productId: "org.example.web", name: "Web", description: "", revision: expect.any(Number) });
  });

  it("carries names in every script, and numbers and truth values in a query", async () => {
    const { client } = await connect(await runningServer(), administrator);
    const name = "Крыша / 屋根 & “roof” ✓";
    await client.fleets.create({ name, groups: ["canary"] });
    const page = await client.audit.list({ limit: 5, search: name.slice(0, 5) });
    expect((await client.fleets.list()).map((fleet) => fleet.name)).toEqual([name]);
    expect(page.rows.length).toBeLessThanOrEqual(5);
    expect(await client.rollouts.list({ active: true })).toEqual([]);
  });

  it("carries a coded failure with its facts, and without a stack or a path", async () => {
    const { client } = await connect(await runningServer(), administrator);
    const failure: unknown = await client.settings.update({ revision: 999, name: "Other" }).catch((thrown: unknown) => thrown);
    expect(failure).toMatchObject({ code: "CONFLICT_STALE", message: expect.stringMatching(/\w+/) });
    expect(JSON.stringify(failure)).not.toMatch(/\.ts:\d|node_modules/);
  });

  it("refuses malformed input before any handler sees it, and names the field", async () => {
    const { client } = await connect(await runningServer(), administrator);
    const before = await client.settings.get();
    const call = client.settings.update({ revision: before.revision, hostStateIntervalMs: -1 });
    await expect(call).rejects.toMatchObject({ code: "INPUT_INVALID", message: expect.stringContaining("hostStateIntervalMs") });
    expect(await client.settings.get()).toEqual(before);
  });

  it("fails calls after the control plane is gone, instead of letting them wait", async () => {
    const { client, cut } = await connect(await runningServer(), administrator);
    await client.settings.get();
    await cut();
    const gone = name === "in process" ? "TRANSPORT_CLOSED|INTERNAL" : "TRANSPORT_CLOSED|REMOTE_UNREACHABLE";
    for (const call of [client.settings.update({ revision: 0, name: "Late" }), client.fleets.create({ name: "late" })]) {
      expect(await codeOf(call)).toMatch(new RegExp(`^(${gone})$`));
    }
  });

  it("streams an export piece by piece", async () => {
    const { client } = await connect(await runningServer(), administrator);
    await client.fleets.create({ name: "edge" });
    let text = "";
    for await (const piece of await client.audit.export({ format: "ndjson" })) text += piece.text;
    const entries = text
      .trim()
      .split("\n")
      .map((line): unknown => JSON.parse(line));
    expect(entries).toContainEqual(expect.objectContaining({ action: "fleet.created" }));
  });
});
