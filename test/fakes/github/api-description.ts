import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { Ajv, type ValidateFunction } from "ajv";
import { z } from "zod";
import { closeSchemas, type Schema } from "./close-schemas.ts";

/** Descriptions that GitHub publishes: of its own API, and of an Enterprise server. */
export type ApiDescriptionName = "api.github.com" | "ghes-3.19";

const schema: z.ZodType<Schema> = z.record(z.string(), z.unknown());
const reference = z.object({ $ref: z.string() });
const parameter = z.object({ name: z.string(), in: z.enum(["path", "query", "header"]), required: z.boolean().default(false), schema });
const content = z.record(z.string(), z.object({ schema }));
const answer = z.object({ content: content.optional() });
const operation = z.object({
  operationId: z.string(),
  parameters: z.array(z.union([reference, parameter])).default([]),
  requestBody: z.object({ required: z.boolean().default(false), content }).optional(),
  responses: z.record(z.string(), z.union([reference, answer])),
});
const description = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  components: z.object({
    schemas: z.record(z.string(), schema),
    parameters: z.record(z.string(), parameter),
    responses: z.record(z.string(), answer),
    examples: z.record(z.string(), z.object({ value: z.unknown() })),
  }),
});
type Description = z.infer<typeof description>;
type Parameter = z.infer<typeof parameter>;

/** One operation, ready to judge requests and answers. */
export type DescribedOperation = {
  readonly id: string;
  readonly method: string;
  readonly pattern: RegExp;
  readonly parameters: readonly Parameter[];
  readonly isValid: (parameter: Parameter, value: unknown) => boolean;
  /** Judges a JSON body; undefined where the operation takes none. */
  readonly body: ValidateFunction | undefined;
  readonly bodyProperties: ReadonlySet<string>;
  readonly mediaTypes: readonly string[];
  /** Judges an answer by its status: a validator, `bare` for one without content, undefined where none is described. */
  readonly answer: (status: number) => ValidateFunction | "bare" | undefined;
};

/** GitHub's description of its API, as far as the named operations go. */
export type ApiDescription = {
  readonly operations: readonly DescribedOperation[];
  readonly example: (name: string) => unknown;
  readonly errorSchema: ValidateFunction;
};

/** The operations that exist for the server; a request to any other fails the test that made it. */
const OPERATIONS = new Set([
  "repos/get",
  "users/get-authenticated",
  "repos/list-releases",
  "repos/create-release",
  "repos/get-release-by-tag",
  "repos/get-latest-release",
  "repos/get-release",
  "repos/update-release",
  "repos/delete-release",
  "repos/list-release-assets",
  "repos/upload-release-asset",
  "repos/get-release-asset",
  "repos/delete-release-asset",
]);

const loaded = new Map<ApiDescriptionName, Promise<ApiDescription>>();

/** Reads a description once per process and compiles what the server uses of it. */
export function readApiDescription(name: ApiDescriptionName): Promise<ApiDescription> {
  const known = loaded.get(name) ?? load(name);
  loaded.set(name, known);
  return known;
}

async function load(name: ApiDescriptionName): Promise<ApiDescription> {
  const path = createRequire(import.meta.url)
    .resolve("@octokit/openapi/package.json")
    .replace("package.json", `generated/${name}.json`);
  const read = description.parse(JSON.parse(await readFile(path, "utf8")));
  tellStarter(read);
  const found = Object.entries(read.paths).flatMap(([template, methods]) =>
    Object.entries(methods).flatMap(([method, one]) => {
      const parsed = operation.safeParse(one).data;
      return parsed !== undefined && OPERATIONS.has(parsed.operationId) ? [{ template, method: method.toUpperCase(), ...parsed }] : [];
    }),
  );
  const inline = Object.fromEntries(
    found.flatMap((one) => [
      ...Object.values(one.requestBody?.content ?? {}).map((body) => [`${one.operationId}/body`, body.schema] as const),
      ...Object.entries(one.responses).flatMap(([status, response]) => {
        const json = resolveAnswer(read, response).content?.["application/json"];
        return json === undefined ? [] : [[`${one.operationId}/${status}`, json.schema] as const];
      }),
    ]),
  );
  const ajv = new Ajv({ strict: false, allErrors: true, logger: false, formats: { uri: isUri, "date-time": isDateTime } });
  ajv.addSchema(closeSchemas({ ...inline, error: { $ref: "#/components/schemas/basic-error" } }, read.components.schemas), "github");
  const compiled = new Map<string, ValidateFunction>();
  const compile = (key: string): ValidateFunction => {
    const known = compiled.get(key) ?? ajv.compile({ $ref: `github#/inline/${key.replaceAll("/", "~1")}` });
    compiled.set(key, known);
    return known;
  };
  return {
    operations: found.map((one) => ({
      id: one.operationId,
      method: one.method,
      pattern: new RegExp(`^${one.template.replaceAll(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`),
      parameters: one.parameters.map((each) => ("$ref" in each ? named(read.components.parameters, each.$ref) : each)),
      isValid: (each, value) => ajv.validate(each.schema, value),
      body: one.requestBody?.content["application/json"] === undefined ? undefined : compile(`${one.operationId}/body`),
      bodyProperties: new Set(Object.keys(propertiesOf(one.requestBody?.content["application/json"]?.schema))),
      mediaTypes: Object.keys(one.requestBody?.content ?? {}),
      answer: (status) => {
        if (!(String(status) in one.responses)) return undefined;
        return `${one.operationId}/${status}` in inline ? compile(`${one.operationId}/${status}`) : "bare";
      },
    })),
    example: (key) => structuredClone(read.components.examples[key]?.value),
    errorSchema: compile("error"),
  };
}

/**
 * The one place where the description and GitHub differ for us: the text of `repos/upload-release-asset` says that a
 * failed upload leaves an asset "with a state of `starter`", which the schema's list of states forgets.
 */
function tellStarter(read: Description): void {
  const states = z.object({ properties: z.object({ state: z.object({ enum: z.array(z.string()) }) }) });
  states.parse(read.components.schemas["release-asset"]);
  Object.assign(propertiesOf(read.components.schemas["release-asset"])["state"] ?? {}, { enum: ["uploaded", "open", "starter"] });
}

function propertiesOf(one: Schema | undefined): Readonly<Record<string, object>> {
  return z.object({ properties: z.record(z.string(), z.custom<object>()) }).safeParse(one).data?.properties ?? {};
}

function resolveAnswer(read: Description, response: z.infer<typeof reference> | z.infer<typeof answer>): z.infer<typeof answer> {
  return "$ref" in response ? named(read.components.responses, response.$ref) : response;
}

function named<T>(table: Readonly<Record<string, T>>, ref: string): T {
  const found = table[ref.split("/").at(-1) ?? ""];
  if (found === undefined) throw new Error(`the description has no ${ref}`);
  return found;
}

function isUri(text: string): boolean {
  return URL.canParse(text.replace(/\{.*$/, ""));
}

function isDateTime(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/.test(text);
}
