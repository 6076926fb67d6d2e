import { describe, expect, it } from "vitest";
import { z } from "zod";
import { PERMISSIONS } from "#shared/domain/access/permission.ts";
import { listProcedures, pathParameters, type ListedProcedure } from "#test/contract/list-procedures.ts";

const procedures = listProcedures();

/** The properties that a caller must give. */
function requiredInput({ inputSchema }: ListedProcedure): readonly string[] {
  // Why the guard: the contract builder takes schemas of any library; ours are all zod's.
  return inputSchema instanceof z.ZodType ? (z.toJSONSchema(inputSchema, { io: "input", unrepresentable: "any" }).required ?? []) : [];
}

/** The few that answer anybody who is logged in; each of them tells only what the caller is. */
const FOR_ANYONE = ["system.whoami"];

describe("every procedure of the contract", () => {
  it("is found by the walk", () => {
    expect(procedures.length).toBeGreaterThan(50);
  });

  it.each(procedures)("$name declares a permission and a fleet scope", ({ name, meta }) => {
    expect(FOR_ANYONE.includes(name) ? ["anyone"] : PERMISSIONS).toContain(meta.permission);
    expect(["none", "input", "service"]).toContain(meta.fleetScope);
  });

  it.each(procedures.filter(({ meta }) => meta.fleetScope === "input"))("$name names its fleet, as its scope says", (listed) => {
    expect(requiredInput(listed)).toContain("fleetId");
  });

  it.each(procedures)("$name has a REST route whose parameters are in its input", (listed) => {
    expect(listed.method).toMatch(/^(GET|POST|PUT|PATCH|DELETE)$/);
    expect(requiredInput(listed)).toEqual(expect.arrayContaining([...pathParameters(listed.path)]));
  });

  it("has a route of its own", () => {
    const routes = procedures.map(({ method, path }) => `${method} ${path.replaceAll(/\{\w+\}/g, "{}")}`);
    expect(routes.filter((route, index) => routes.indexOf(route) !== index)).toEqual([]);
  });

  it("changes nothing when it is read with GET", () => {
    const reading = ["view", "audit.read", "anyone"];
    const guarded = procedures.filter(({ method, meta }) => method === "GET" && !reading.includes(meta.permission));
    expect(guarded.map(({ name }) => name).sort()).toEqual([
      "access.listTokens",
      "stores.discover",
      "tokens.list",
      "uploads.get",
      "uploads.list",
    ]);
  });
});
