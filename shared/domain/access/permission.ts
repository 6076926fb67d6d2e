import { z } from "zod";
import { fleetId } from "../../lib/ids.ts";

/** Everything that can be allowed. Each contract procedure names exactly one. */
export const PERMISSIONS = [
  "view",
  "release.publish",
  "release.withdraw",
  "release.block",
  "rollout.control",
  "rollback",
  "fleet.manage",
  "host.manage",
  "audit.read",
  "settings.manage",
  "access.manage",
  "trust.manage",
] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** What a role may do. Roles only grow from left to right of an organisation: who watches, who operates, who ships, who owns. */
export const role = z.enum(["viewer", "operator", "publisher", "administrator"]);
export type Role = z.infer<typeof role>;

const ROLE_PERMISSIONS: Readonly<Record<Role, readonly Permission[]>> = {
  viewer: ["view", "audit.read"],
  operator: ["view", "audit.read", "rollout.control", "rollback", "release.block", "host.manage"],
  publisher: ["view", "audit.read", "release.publish", "release.withdraw", "release.block", "rollout.control", "rollback", "host.manage"],
  administrator: PERMISSIONS,
};

/** Who acts, and within which fleets. The scope travels into every repository call. */
export const principal = z.object({
  /** As it stands in the audit: `user:<name>` or `token:<label>`. */
  name: z.string().max(200),
  role,
  fleets: z.union([z.literal("all"), z.array(fleetId).max(1000)]),
  /** True for the window of the same machine, which may hand over paths. */
  local: z.boolean(),
});
export type Principal = z.infer<typeof principal>;

/** The fleets that a repository call may touch. */
export type FleetScope = Principal["fleets"];

/** Whether the principal's role grants the permission. */
export function isAllowed(who: Principal, permission: Permission): boolean {
  return ROLE_PERMISSIONS[who.role].includes(permission);
}

/** Whether the scope reaches the fleet. */
export function isInScope(scope: FleetScope, fleet: string): boolean {
  return scope === "all" || scope.some((id) => id === fleet);
}
