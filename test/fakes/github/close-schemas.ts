/** A JSON Schema as the description writes it. */
export type Schema = Readonly<Record<string, unknown>>;

const PREFIX = "#/components/schemas/";

/**
 * One document of the given schemas (under `inline`) and of all that they lead to, so that the other thousands of the
 * description are never looked at. `nullable` without a type, which OpenAPI 3.0 allows and JSON Schema tools do not,
 * becomes a choice with null.
 */
export function closeSchemas(inline: Readonly<Record<string, Schema>>, all: Readonly<Record<string, Schema>>): Schema {
  const kept: Record<string, unknown> = {};
  const open: unknown[] = Object.values(inline);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const name of references(next)) {
      if (name in kept) continue;
      const found = all[name];
      if (found === undefined) throw new Error(`the description has no schema ${name}`);
      kept[name] = rewriteNull(found);
      open.push(found);
    }
  }
  const rewritten = Object.fromEntries(Object.entries(inline).map(([key, one]) => [key, rewriteNull(one)]));
  return { inline: rewritten, components: { schemas: kept } };
}

function references(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(references);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) =>
    key === "$ref" && typeof one === "string" && one.startsWith(PREFIX) ? [one.slice(PREFIX.length)] : references(one),
  );
}

function rewriteNull(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(rewriteNull);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, one]) => [key, rewriteNull(one)] as const);
  if (!("nullable" in value) || "type" in value || typeof value.nullable !== "boolean") return Object.fromEntries(entries);
  return { anyOf: [{ type: "null" }, Object.fromEntries(entries.filter(([key]) => key !== "nullable"))] };
}
