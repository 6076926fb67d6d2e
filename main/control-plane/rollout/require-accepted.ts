import { AppError } from "#shared/errors/app-error.ts";
import type { FleetId } from "#shared/lib/ids.ts";
import type { CatalogRelease } from "./release-catalog.ts";
import type { Db } from "./rows.ts";

/** The products that the signed list of a fleet accepts; undefined while it accepts all. */
export type AcceptedProducts = (fleetId: FleetId) => readonly string[] | undefined;

/**
 * Refuses what every host of a fleet would refuse by itself: better now than as a gate that trips.
 *
 * @throws AppError TRUST_NOT_ACCEPTED; nothing was started.
 */
export async function requireAccepted(
  db: Db,
  fleetId: FleetId,
  releases: readonly CatalogRelease[],
  accepted: readonly string[] | undefined,
): Promise<void> {
  const refused = releases.find(({ productId }) => accepted?.includes(productId) === false);
  if (refused === undefined) return;
  const { name } = await db.selectFrom("fleets").select("name").where("id", "=", fleetId).executeTakeFirstOrThrow();
  throw new AppError(
    "TRUST_NOT_ACCEPTED",
    `The signed list of the fleet ${name} leaves out ${refused.productId}, so its hosts would refuse it; nothing was started.`,
  );
}
