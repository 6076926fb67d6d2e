import type { ContractClient } from "#shared/contract/index.ts";
import { createContractClient } from "./contract-client.ts";
import { guardLink } from "./guard-link.ts";
import { createHttpLink } from "./http-link.ts";
import { createShellLink } from "./shell-link.ts";
import { desktopShell } from "./shell.ts";

/** Opens the client that fits where this page runs: the desktop's port, or HTTP to the server the page came from. */
export function openClient(page: Window): ContractClient {
  const shell = desktopShell();
  const link = shell === undefined ? createHttpLink(page.location.origin) : createShellLink(page, shell);
  return createContractClient(guardLink(link));
}
