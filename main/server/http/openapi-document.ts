import { OpenAPIGenerator } from "@orpc/openapi";
import type { OpenAPI } from "@orpc/contract";
import { ZodToJsonSchemaConverter } from "@orpc/zod/zod4";
import { apiToken, settings } from "#shared/contract/administration.ts";
import { applicationRow, releaseRow } from "#shared/contract/applications.ts";
import { fleetRow, groupRow, hostDetail, hostRow, subscriptionRow } from "#shared/contract/fleets.ts";
import { contract } from "#shared/contract/index.ts";
import { rollbackPreview, rolloutDetail, rolloutPreview, rolloutRow, waveRow } from "#shared/contract/rollouts.ts";
import { systemStatus } from "#shared/contract/system.ts";
import { upload } from "#shared/domain/artifact/artifact.ts";
import { auditEntry } from "#shared/domain/audit/audit.ts";
import { enrolmentToken } from "#shared/domain/fleet/fleet.ts";
import { runSpec } from "#shared/domain/release/run-spec.ts";
import { policy } from "#shared/domain/rollout/policy.ts";
import { ERROR_CODES } from "#shared/errors/codes.ts";

/** What has a name of its own in the document, so that generated clients get one type for it. */
const NAMED = {
  ApiToken: apiToken,
  Application: applicationRow,
  AuditEntry: auditEntry,
  EnrolmentToken: enrolmentToken,
  Fleet: fleetRow,
  Group: groupRow,
  Host: hostRow,
  HostDetail: hostDetail,
  Policy: policy,
  Release: releaseRow,
  RollbackPreview: rollbackPreview,
  Rollout: rolloutRow,
  RolloutDetail: rolloutDetail,
  RolloutPreview: rolloutPreview,
  RunSpec: runSpec,
  Settings: settings,
  Subscription: subscriptionRow,
  SystemStatus: systemStatus,
  Upload: upload,
  Wave: waveRow,
} as const;

/** Every refusal has this one form; `docs/errors.md` says what each code means and what to do. */
const FAILURE: OpenAPI.SchemaObject = {
  type: "object",
  required: ["defined", "code", "status", "message", "data"],
  properties: {
    defined: { type: "boolean" },
    code: { type: "string", enum: Object.keys(ERROR_CODES) },
    status: { type: "integer" },
    message: { type: "string", description: "What happened and what was not done." },
    data: {
      type: "object",
      description: "Facts of this failure; `correlationId` leads to the log.",
      additionalProperties: { type: ["string", "number", "boolean"] },
    },
  },
};

/** The OpenAPI 3.1 document of the contract, as served at `/api/v1/openapi.json`. */
export async function openApiDocument(version: string): Promise<OpenAPI.Document> {
  const generator = new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] });
  const document = await generator.generate(contract, {
    info: { title: "Rollcall", version, description: "Release manager for people who run their own machines." },
    servers: [{ url: "/api/v1" }],
    security: [{ apiToken: [] }],
    components: { securitySchemes: { apiToken: { type: "http", scheme: "bearer", description: "An API token of this control plane." } } },
    commonSchemas: Object.fromEntries(Object.entries(NAMED).map(([name, schema]) => [name, { schema, strategy: "output" as const }])),
    customErrorResponseBodySchema: () => ({ $ref: "#/components/schemas/Failure" }),
  });
  return withOneFailure(document);
}

const METHODS = ["get", "put", "post", "delete", "patch"] as const;

/** Any procedure may fail with any code, so one response stands for all instead of seventeen on each of them. */
function withOneFailure(document: OpenAPI.Document): OpenAPI.Document {
  const content = { "application/json": { schema: { $ref: "#/components/schemas/Failure" } } };
  const items = Object.entries(document.paths ?? {}).map(([path, item]) => [path, item && shortened(item)] as const);
  return {
    ...document,
    paths: Object.fromEntries(items),
    components: {
      ...document.components,
      schemas: { ...document.components?.schemas, Failure: FAILURE },
      responses: { Failure: { description: "Refused or failed.", content } },
    },
  };
}

function shortened(item: OpenAPI.PathItemObject): OpenAPI.PathItemObject {
  const short = { ...item };
  for (const method of METHODS) {
    const operation = short[method];
    if (operation === undefined) continue;
    const kept = Object.entries(operation.responses ?? {}).filter(([status]) => status.startsWith("2"));
    short[method] = { ...operation, responses: { ...Object.fromEntries(kept), default: { $ref: "#/components/responses/Failure" } } };
  }
  return short;
}
