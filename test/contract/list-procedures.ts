import { type AnyContractProcedure, type AnySchema, getEventIteratorSchemaDetails, isContractProcedure } from "@orpc/contract";
import type { ProcedureMeta } from "#shared/contract/base.ts";
import { contract } from "#shared/contract/index.ts";

/** A procedure with the name that clients call it by, such as `rollouts.start`. */
export type ListedProcedure = {
  readonly name: string;
  readonly meta: ProcedureMeta;
  readonly method: string;
  readonly path: string;
  readonly inputSchema: AnyContractProcedure["~orpc"]["inputSchema"];
  /** Its answer is a stream. */
  readonly isStreaming: boolean;
};

/** Every procedure of the contract, in its order. */
export function listProcedures(router: object = contract, prefix = ""): readonly ListedProcedure[] {
  return Object.entries(router).flatMap(([key, value]: [string, unknown]) => {
    const name = prefix + key;
    if (isContractProcedure(value)) return [listed(name, value)];
    return typeof value === "object" && value !== null ? listProcedures(value, `${name}.`) : [];
  });
}

/** The names between braces of a REST path. */
export function pathParameters(path: string): readonly string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].flatMap((match) => match[1] ?? []);
}

function listed(name: string, procedure: AnyContractProcedure): ListedProcedure {
  const { meta, route, inputSchema, outputSchema } = procedure["~orpc"];
  const output: AnySchema | undefined = outputSchema;
  // Why the cast: the walk forgets the meta type that `procedure()` of the contract demands.
  return {
    name,
    meta: meta as ProcedureMeta,
    method: route.method ?? "",
    path: route.path ?? "",
    inputSchema,
    isStreaming: getEventIteratorSchemaDetails(output) !== undefined,
  };
}
