import { describe, expect, it } from "vitest";
import { isAllowed, role, type Principal } from "#shared/domain/access/permission.ts";
import { runningServer } from "#test/builders/running-server.ts";
import { outcomeOf } from "./call-by-name.ts";
import { listProcedures, type ListedProcedure } from "./list-procedures.ts";
import { HTTP_TRANSPORTS, IN_PROCESS, TRANSPORTS } from "./transports.ts";
import { contractClient } from "#main/client/contract-client.ts";

const procedures = listProcedures();
const principal = (over: Partial<Principal>): Principal => ({ name: "user:ana", role: "viewer", fleets: "all", local: false, ...over });
const mayCall = (who: Principal, { meta }: ListedProcedure): boolean => meta.permission === "anyone" || isAllowed(who, meta.permission);

describe.each(TRANSPORTS)("permissions over $name", ({ connect }) => {
  it("hold for a viewer on every procedure of the contract", async () => {
    const viewer = principal({ role: "viewer" });
    const { client } = await connect(await runningServer(), viewer);
    const outcomes = new Map<string, string>();
    for (const listed of procedures) outcomes.set(listed.name, await outcomeOf(client, listed));
    const denied = procedures.filter(({ name }) => outcomes.get(name) === "ACCESS_DENIED").map(({ name }) => name);
    expect(denied).toEqual(procedures.filter((listed) => !mayCall(viewer, listed)).map(({ name }) => name));
    expect([...outcomes].filter(([, outcome]) => outcome === "INTERNAL")).toEqual([]);
  });
});

describe("permissions in process", () => {
  it.each(role.options)("let the role %s do what it includes and nothing else", async (name) => {
    const who = principal({ role: name, local: true });
    const { client } = await IN_PROCESS.connect(await runningServer(), who);
    const wrong: string[] = [];
    for (const listed of procedures) {
      const outcome = await outcomeOf(client, listed);
      if ((outcome === "ACCESS_DENIED") === mayCall(who, listed)) wrong.push(`${listed.name}: ${outcome}`);
    }
    expect(wrong).toEqual([]);
  });

  it("keep what names a path to the window of the same machine", async () => {
    const { client } = await IN_PROCESS.connect(await runningServer(), principal({ role: "administrator", local: false }));
    const local = procedures.filter(({ meta }) => meta.localOnly === true);
    expect(local.map(({ name }) => name)).toEqual(["uploads.importPath"]);
    for (const listed of local) expect(await outcomeOf(client, listed)).toBe("ACCESS_DENIED");
  });

  it("hide every fleet outside the caller's scope", async () => {
    const { client } = await IN_PROCESS.connect(await runningServer(), principal({ role: "administrator", fleets: [] }));
    const scoped = procedures.filter(({ meta }) => meta.fleetScope === "input");
    const outcomes = await Promise.all(scoped.map((listed) => outcomeOf(client, listed)));
    expect(new Set(outcomes)).toEqual(new Set(["NOT_FOUND"]));
  });
});

describe("a caller without credentials", () => {
  it("is told so by every procedure, and nothing else", async () => {
    const server = await runningServer();
    const client = contractClient({ url: server.urls[0] ?? "", token: "rct_nobody-knows-this-token-at-all-0123456789" });
    const outcomes = await Promise.all(procedures.map((listed) => outcomeOf(client, listed)));
    expect(new Set(outcomes)).toEqual(new Set(["ACCESS_UNAUTHENTICATED"]));
  });

  it("is told so by every REST path", async () => {
    const server = await runningServer();
    const answers = await Promise.all(
      procedures.map(({ method, path }) => fetch(`${server.urls[0]}/api/v1${path.replaceAll(/\{\w+\}/g, "x")}`, { method })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
  });
});

describe("a token over HTTP", () => {
  it.each(HTTP_TRANSPORTS)("stops working over $name the moment it is revoked", async ({ connect }) => {
    const server = await runningServer();
    const { client } = await connect(server, principal({ role: "administrator" }));
    const [token] = await client.access.listTokens();
    await client.access.revokeToken({ apiTokenId: token!.id });
    await expect(client.settings.get()).rejects.toMatchObject({ code: "ACCESS_UNAUTHENTICATED" });
  });
});
