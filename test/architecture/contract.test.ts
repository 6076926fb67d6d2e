import { type AnyContractProcedure, isContractProcedure } from "@orpc/contract";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { ProcedureMeta } from "#shared/contract/base.ts";
import { contract } from "#shared/contract/index.ts";
import { PERMISSIONS } from "#shared/domain/access/permission.ts";

type Listed = { readonly name: string; readonly procedure: AnyContractProcedure };

function list(router: object, prefix = ""): readonly Listed[] {
  return Object.entries(router).flatMap(([key, value]: [string, unknown]) => {
    const name = prefix + key;
    if (isContractProcedure(value)) return [{ name, procedure: value }];
    return typeof value === "object" && value !== null ? list(value, `${name}.`) : [];
  });
}

const procedures = list(contract);
const definition = (listed: Listed) => listed.procedure["~orpc"];
// Why the cast: the walk forgets the meta type that `procedure()` of the contract demands.
const meta = (listed: Listed): ProcedureMeta => definition(listed).meta as ProcedureMeta;
/** The properties that a caller must give. */
function requiredInput(listed: Listed): readonly string[] {
  const schema = definition(listed).inputSchema;
  // Why the guard: the contract builder takes schemas of any library; ours are all zod's.
  return schema instanceof z.ZodType ? (z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }).required ?? []) : [];
}

/** The few that answer anybody who is logged in; each of them tells only what the caller is. */
const FOR_ANYONE = ["system.whoami"];

describe("every procedure of the contract", () => {
  it("is found by the walk", () => {
    expect(procedures.length).toBeGreaterThan(50);
  });

  it.each(procedures)("$name declares a permission and a fleet scope", (listed) => {
    const { permission, fleetScope } = meta(listed);
    expect(FOR_ANYONE.includes(listed.name) ? ["anyone"] : PERMISSIONS).toContain(permission);
    expect(["none", "input", "service"]).toContain(fleetScope);
  });

  it.each(procedures.filter((listed) => meta(listed).fleetScope === "input"))("$name names its fleet, as its scope says", (listed) => {
    expect(requiredInput(listed)).toContain("fleetId");
  });

  it.each(procedures)("$name has a REST route whose parameters are in its input", (listed) => {
    const { method, path } = definition(listed).route;
    expect(method).toMatch(/^(GET|POST|PUT|PATCH|DELETE)$/);
    const parameters = [...(path ?? "").matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
    expect(requiredInput(listed)).toEqual(expect.arrayContaining(parameters));
  });

  it("has a route of its own", () => {
    const routes = procedures.map(
      (listed) => `${definition(listed).route.method} ${definition(listed).route.path?.replaceAll(/\{\w+\}/g, "{}")}`,
    );
    expect(routes.filter((route, index) => routes.indexOf(route) !== index)).toEqual([]);
  });

  it("changes nothing when it is read with GET", () => {
    const writing = procedures.filter(
      (listed) => definition(listed).route.method === "GET" && !["view", "audit.read", "anyone"].includes(meta(listed).permission),
    );
    expect(writing.map(({ name }) => name).sort()).toEqual(["access.listTokens", "tokens.list", "uploads.get", "uploads.list"]);
  });
});
