import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { restartPolicy } from "#shared/domain/release/restart-policy.ts";
import { runSpec } from "#shared/domain/release/run-spec.ts";

it("every field of the run spec has its line in the document for people", async () => {
  const text = await readFile(join(import.meta.dirname, "../../docs/run-spec.md"), "utf8");
  const fields = [...Object.keys(runSpec.shape), ...Object.keys(restartPolicy.shape).map((name) => `restart.${name}`)];
  expect(fields.filter((name) => name !== "restart" && !text.includes(`| \`${name}`))).toEqual([]);
});
