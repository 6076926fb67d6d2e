import type { HeldPlace } from "./held-place.ts";
import type { HoldRefusal } from "./holder-protocol.ts";
import type { PortOwner } from "./port-owner.ts";

/** Says who or what keeps a place from being held. The address stands first, since that is what people search for. */
export function refusalWords({ key, code, by }: HoldRefusal, place: HeldPlace | undefined, owner: PortOwner | undefined): string {
  switch (code) {
    case "HELD":
      return `${key} is held for another application of this host (${by ?? "unknown"}).`;
    case "EADDRINUSE":
      if (owner === undefined) return `${key} is in use by another program.`;
      return `${key} is in use by ${owner.command} (process ${owner.pid}).`;
    case "EADDRNOTAVAIL":
      return `${key} is no address of this host.`;
    case "EAFNOSUPPORT":
      return `${key} is of a kind of address that this host does not have.`;
    case "EACCES":
    case "EPERM":
      if (place?.kind === "tcp" && place.port < 1024)
        return `${key} is a privileged port, and this agent runs neither as root nor with CAP_NET_BIND_SERVICE.`;
      return `${key} cannot be made: its folder is not there, or this agent may not write into it.`;
    case "ENAMETOOLONG":
    case "EINVAL":
      return `${key} is not possible here; a socket's path has at most 107 bytes.`;
    default:
      return `${key} cannot be listened on (${code}).`;
  }
}
