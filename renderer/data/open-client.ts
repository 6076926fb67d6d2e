import type { ContractClient } from "#shared/contract/index.ts";
import { createContractClient } from "./contract-client.ts";
import { guardLink } from "./guard-link.ts";
import { createHttpLink } from "./http-link.ts";
import { createShellLink, isDesktopWindow } from "./shell-ports.ts";

/** Opens the client that fits where this page runs: the desktop's port, or HTTP to the server the page came from. */
export function openClient(page: Window): ContractClient {
  const link = isDesktopWindow(page.location.protocol) ? createShellLink(page) : createHttpLink(page.location.origin);
  return createContractClient(guardLink(link));
}
