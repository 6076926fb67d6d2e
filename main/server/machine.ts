import { hostname, networkInterfaces, userInfo } from "node:os";
import type { MachineNames } from "./listen-address.ts";

/** This machine's name and the addresses under which others reach it; link-local ones are no use in a token. */
export function readMachineNames(): MachineNames {
  const addresses = Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .filter((one) => !one.internal && !one.address.startsWith("fe80:") && !one.address.startsWith("169.254."))
    .toSorted((left, right) => left.family.localeCompare(right.family))
    .map((one) => one.address);
  return { hostname: hostname().toLowerCase(), addresses: [...new Set(addresses)] };
}

/** Who runs this process, as the audit names them. */
export function readUserName(): string {
  try {
    return userInfo().username;
  } catch {
    // Containers run under ids that have no name.
    return "local";
  }
}
