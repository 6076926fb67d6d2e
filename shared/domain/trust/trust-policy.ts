import { z } from "zod";
import { fleetId } from "../../lib/ids.ts";
import { semver } from "../../lib/scalars.ts";
import { productId } from "../release/release.ts";

/** Rules of an application that its own role signs, as the target `<product id>/policy.json`. Absent means none. */
export const applicationPolicy = z.object({ schema: z.literal(1), productId, minimumVersion: semver.optional() });
export type ApplicationPolicy = z.infer<typeof applicationPolicy>;

/** Which products the hosts of a fleet install, as the target `fleets/<fleet id>.json` of the top-level role. Absent means all. */
export const fleetAcceptance = z.object({ schema: z.literal(1), fleetId, products: z.array(productId).max(200) });
export type FleetAcceptance = z.infer<typeof fleetAcceptance>;

/** The TUF target path of an application's policy. */
export function policyTargetPath(product: string): string {
  return `${product}/policy.json`;
}

/** The TUF target path of a fleet's acceptance. */
export function acceptanceTargetPath(fleet: string): string {
  return `fleets/${fleet}.json`;
}
