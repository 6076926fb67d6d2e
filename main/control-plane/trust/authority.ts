import type { Key, Root, Targets } from "@tufjs/models";
import type { SignatureQuorum } from "#shared/domain/trust/signing-request.ts";

/** Who signs a role: any `threshold` of the keys. */
export type Authority = { readonly threshold: number; readonly keys: readonly Key[] };

/** Who root says signs one of its own roles. */
export function rootAuthority(root: Root, role: string): Authority {
  return authority(root.roles[role], root.keys);
}

/** Who targets says signs an application; undefined before it was delegated to. */
export function applicationAuthority(targets: Targets, product: string): Authority | undefined {
  const role = targets.delegations?.roles?.[product];
  return role === undefined ? undefined : authority(role, targets.delegations?.keys ?? {});
}

function authority(
  role: { readonly keyIDs: readonly string[]; readonly threshold: number } | undefined,
  keys: Readonly<Record<string, Key>>,
) {
  const known = (role?.keyIDs ?? []).flatMap((keyId) => keys[keyId] ?? []);
  return { threshold: role?.threshold ?? 1, keys: known };
}

/** An authority as a request names it. */
export function quorumOf(label: string, { threshold, keys }: Authority): SignatureQuorum {
  return { label, threshold, keyIds: keys.map((key) => key.keyID) };
}

/** Whether two authorities are the same people with the same say. */
export function isSameAuthority(left: Authority, right: Authority): boolean {
  const ids = ({ keys }: Authority) =>
    keys
      .map((key) => key.keyID)
      .toSorted()
      .join();
  return left.threshold === right.threshold && ids(left) === ids(right);
}

/** Whether so many different keys of the quorum are among these. A person who signs twice is one. */
export function isQuorumMet(quorum: SignatureQuorum, keyIds: ReadonlySet<string>): boolean {
  return quorum.keyIds.filter((keyId) => keyIds.has(keyId)).length >= quorum.threshold;
}
