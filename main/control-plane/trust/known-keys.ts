import type { TrustIntent } from "#shared/domain/trust/signing-request.ts";
import { rootAuthority, applicationAuthority } from "./authority.ts";
import { quorumAuthorities } from "./draft-intent.ts";
import type { TrustState } from "./trust-state.ts";
import { rawPublicKeyOf } from "./tuf-key.ts";

/** Public keys (raw, base64url) by key id: of those who sign now, and of those whom the intent would have sign. */
export function knownKeys(state: TrustState, intent?: TrustIntent): ReadonlyMap<string, string> {
  const keys = [
    ...["root", "targets"].flatMap((role) => rootAuthority(state.root.signed, role).keys),
    ...[...state.applications.keys()].flatMap((product) => applicationAuthority(state.targets.signed, product)?.keys ?? []),
    ...(intent?.kind === "quorum" ? quorumAuthorities(intent.quorum).people.keys : []),
  ];
  return new Map(keys.map((key) => [key.keyID, rawPublicKeyOf(key)]));
}
