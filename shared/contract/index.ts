import type { ContractRouterClient } from "@orpc/contract";
import { adoptionsContract } from "./adoptions.ts";
import { accessContract, auditContract, settingsContract } from "./administration.ts";
import { applicationsContract, channelsContract, releasesContract, uploadsContract } from "./applications.ts";
import { deltasContract } from "./deltas.ts";
import { fleetsContract, hostsContract, subscriptionsContract, tokensContract } from "./fleets.ts";
import { homeContract, rolloutsContract } from "./rollouts.ts";
import { publicationsContract, storesContract } from "./stores.ts";
import { systemContract } from "./system.ts";
import { trustContract } from "./trust.ts";

/** The only description of the API: served in process, over a MessagePort, as RPC at `/rpc` and as REST at `/api/v1`. */
export const contract = {
  system: systemContract,
  home: homeContract,
  applications: applicationsContract,
  channels: channelsContract,
  releases: releasesContract,
  uploads: uploadsContract,
  stores: storesContract,
  publications: publicationsContract,
  adoptions: adoptionsContract,
  deltas: deltasContract,
  fleets: fleetsContract,
  tokens: tokensContract,
  subscriptions: subscriptionsContract,
  hosts: hostsContract,
  rollouts: rolloutsContract,
  audit: auditContract,
  settings: settingsContract,
  access: accessContract,
  trust: trustContract,
};

/** A typed client of the contract, whatever carries it. */
export type ContractClient = ContractRouterClient<typeof contract>;
