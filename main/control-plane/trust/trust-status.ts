import type { TrustRole, TrustStatus } from "#shared/contract/trust.ts";
import { freshnessOf, needsAttention } from "#shared/domain/trust/freshness.ts";
import { applicationId } from "#shared/lib/ids.ts";
import type { Store } from "../db/store.ts";
import { applicationAuthority, rootAuthority } from "./authority.ts";
import { KeyLabels } from "./key-labels.ts";
import { RequestRepository } from "./request-repository.ts";
import { isOnline, isTopLevelRole, lifetimeMs } from "./role-lifetimes.ts";
import { signedPolicies } from "./signed-policies.ts";
import type { TrustRepository } from "./trust-repository.ts";
import { rawPublicKeyOf } from "./tuf-key.ts";

/** How long each role's metadata is still valid at `now`, and who signs it. */
export function trustRoles({ state, mode, roleFiles }: Roles, now: number): TrustRole[] {
  return roleFiles.map(([role, { signed }]) => {
    const authority = isTopLevelRole(role) ? rootAuthority(state.root.signed, role) : applicationAuthority(state.targets.signed, role);
    const document = { expiresAt: Date.parse(signed.expires), lifetimeMs: lifetimeMs(role, mode), online: isOnline(role, mode) };
    return {
      role,
      version: signed.version,
      ...document,
      freshness: freshnessOf(document, now),
      needsAttention: needsAttention(document, now),
      threshold: authority?.threshold ?? 1,
      keyIds: (authority?.keys ?? []).map((key) => key.keyID),
    };
  });
}

type Roles = Pick<TrustRepository, "state" | "mode"> & { readonly roleFiles: ReturnType<TrustRepository["roleFiles"]> };

/** Everything that people are shown about trust. */
export async function readTrustStatus(store: Store, repository: TrustRepository, now: number): Promise<TrustStatus> {
  const { state, mode, pinnedRoot } = repository;
  const labels = await KeyLabels.read(store.read);
  const { minimums, acceptance } = signedPolicies(state);
  const applications = await store.read.selectFrom("applications").select(["id", "productId"]).execute();
  const operators = rootAuthority(state.root.signed, "targets");
  const isOperator = new Set(operators.keys.map((key) => key.keyID));
  const people = mode === "server-held" ? [] : rootAuthority(state.root.signed, "root").keys;
  return {
    mode,
    rootSha256: pinnedRoot.sha256,
    rootVersion: pinnedRoot.version,
    threshold: mode === "server-held" ? 0 : operators.threshold,
    keys: people.map((key) => ({
      keyId: key.keyID,
      label: labels.of(key.keyID),
      publicKey: rawPublicKeyOf(key),
      use: isOperator.has(key.keyID) ? "operator" : "recovery",
    })),
    roles: trustRoles({ state, mode, roleFiles: repository.roleFiles() }, now),
    minimumVersions: applications.flatMap(({ id, productId }) => {
      const version = minimums.get(productId);
      return version === undefined ? [] : [{ applicationId: applicationId.parse(id), productId, version }];
    }),
    acceptance: acceptance.map(({ fleetId, products }) => ({ fleetId, products })),
    openRequests: await new RequestRepository(store.read).countOpen(),
  };
}
