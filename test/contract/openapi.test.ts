import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runningServer } from "#test/builders/running-server.ts";
import { listProcedures } from "./list-procedures.ts";

type OpenApi = { readonly openapi: string; readonly paths: Record<string, Record<string, { readonly operationId?: string }>> };

const kept: unknown = JSON.parse(readFileSync(join(import.meta.dirname, "openapi.json"), "utf8"));

async function served(): Promise<OpenApi> {
  const server = await runningServer();
  const answer = await fetch(`${server.urls[0]}/api/v1/openapi.json`);
  expect(answer.headers.get("content-type")).toContain("application/json");
  // Why the cast: the next lines are what checks it.
  return (await answer.json()) as OpenApi;
}

describe("the OpenAPI document", () => {
  it("is served as it is kept here: run `npm run openapi` when this fails, and review the difference", async () => {
    expect(await served()).toEqual(kept);
  });

  it("is OpenAPI 3.1 and names every procedure of the contract", async () => {
    const { openapi, paths } = await served();
    expect(openapi).toMatch(/^3\.1\./);
    const operations = Object.values(paths).flatMap((path) => Object.values(path).map(({ operationId }) => operationId));
    expect(new Set(operations)).toEqual(new Set(listProcedures().map(({ name }) => name)));
  });

  it("bounds every text and every list that it takes", async () => {
    const open: string[] = [];
    collectUnbounded((await served()).paths, "", open);
    expect(open).toEqual([]);
  });
});

/** Walks request bodies and parameters; answers may be as long as they are. */
function collectUnbounded(node: unknown, path: string, found: string[]): void {
  if (typeof node !== "object" || node === null) return;
  const schema: Record<string, unknown> = { ...node };
  const isBounded = ["maxLength", "enum", "const", "pattern", "format"].some((key) => key in schema);
  if (schema["type"] === "string" && !isBounded) found.push(path);
  if (schema["type"] === "array" && !("maxItems" in schema)) found.push(path);
  for (const [key, value] of Object.entries(schema)) if (key !== "responses") collectUnbounded(value, `${path}/${key}`, found);
}
