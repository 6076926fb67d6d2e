import { createORPCClient, type ClientLink } from "@orpc/client";
import type { ContractClient } from "#shared/contract/index.ts";

/** What carries calls: HTTP from a browser, a MessagePort on the desktop. Nothing above `renderer/data` knows which. */
export type Link = ClientLink<Record<never, never>>;

/** The typed client of the contract over any link. */
export function createContractClient(link: Link): ContractClient {
  return createORPCClient<ContractClient>(link);
}
