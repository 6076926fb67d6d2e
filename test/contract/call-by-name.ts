import { asClientError } from "#main/client/contract-client.ts";
import type { ContractClient } from "#shared/contract/index.ts";
import { type ListedProcedure, pathParameters } from "./list-procedures.ts";

const NOBODY = "00000000-0000-4000-8000-000000000000";

/** The code that a failed call carries, whatever transport brought it; "ok" for one that did not fail. */
export async function codeOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => "ok",
    (thrown: unknown) => asClientError(thrown, "the control plane").code,
  );
}

/**
 * Calls a procedure with the least that a transport needs to send it, an id for each parameter of its path, and answers
 * the code. What it opens is closed again.
 */
export function outcomeOf(client: ContractClient, { name, path, meta }: ListedProcedure): Promise<string> {
  const parameters = [...pathParameters(path), ...(meta.fleetScope === "input" ? ["fleetId"] : [])];
  const input = Object.fromEntries(parameters.map((parameter) => [parameter, NOBODY]));
  return codeOf(callAndClose(procedureOf(client, name), input));
}

async function callAndClose(procedure: (input: unknown) => Promise<unknown>, input: unknown): Promise<void> {
  const answer = await procedure(input);
  if (isIterator(answer)) await answer.return(undefined);
}

function isIterator(value: unknown): value is AsyncGenerator {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value && "return" in value;
}

/** The client is a tree of functions; a name is a path through it. */
function procedureOf(client: ContractClient, name: string): (input: unknown) => Promise<unknown> {
  let node: unknown = client;
  for (const part of name.split(".")) node = (node as Record<string, unknown>)[part];
  return node as (input: unknown) => Promise<unknown>;
}
