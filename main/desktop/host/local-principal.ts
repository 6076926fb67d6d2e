import { userInfo } from "node:os";
import type { Principal } from "#shared/domain/access/permission.ts";

/** Who sits at this machine's window: its owner, by the name they have on the system. Everything, and paths, too. */
export function localPrincipal(): Principal {
  return { name: `user:${userInfo().username.slice(0, 100)}`, role: "administrator", fleets: "all", local: true };
}
