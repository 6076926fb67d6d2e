import type { FleetRow } from "#shared/contract/fleets.ts";
import type { RolloutRow } from "#shared/contract/rollouts.ts";
import type { TrustRole } from "#shared/contract/trust.ts";
import type { FleetScope } from "#shared/domain/access/permission.ts";
import type { TrustIntent } from "#shared/domain/trust/signing-request.ts";
import type { CellLookup } from "../fleet/fleet-census.ts";
import type { Trouble } from "../fleet/host-troubles.ts";

/** Which rollouts Home asks for: those under way, or those it has to name. */
export type HomeRollouts = { readonly active?: boolean; readonly rolloutIds?: readonly string[]; readonly limit: number };

/** How long one role's signed metadata is still valid, and whether somebody has to act. */
export type TrustRoleExpiry = Pick<TrustRole, "role" | "expiresAt" | "lifetimeMs" | "online" | "needsAttention">;

/** What waits for people's signatures: the title of each request, and since when. */
export type AwaitedSignatures = { readonly title: string; readonly kind: TrustIntent["kind"]; readonly since: number };

/** What Home is put together from. Every source stays within the scope that it is given. */
export type HomeSources = {
  fleets(scope: FleetScope): Promise<readonly FleetRow[]>;
  /** Looks cells of every fleet up. */
  cells(): Promise<CellLookup>;
  troubles(scope: FleetScope): Promise<readonly Trouble[]>;
  rollouts(scope: FleetScope, filter: HomeRollouts): Promise<readonly RolloutRow[]>;
  trustRoles(): readonly TrustRoleExpiry[];
  awaitedSignatures(): Promise<readonly AwaitedSignatures[]>;
};
