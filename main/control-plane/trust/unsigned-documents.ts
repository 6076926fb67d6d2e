import type { SignatureQuorum } from "#shared/domain/trust/signing-request.ts";
import { applicationAuthority, isSameAuthority, quorumOf, rootAuthority } from "./authority.ts";
import { bytesToSign, metadataFileName } from "./metadata-file.ts";
import type { TrustChange } from "./trust-change.ts";
import type { TrustState } from "./trust-state.ts";

/** The document of a release request that others' tools check; it is no file of the repository. */
export const STATEMENT_NAME = "sigstore";

/** One document that waits for signatures: the very bytes, and who must sign them. */
export type UnsignedDocument = {
  readonly name: string;
  readonly role: string;
  readonly bytes: Uint8Array;
  readonly quorums: readonly SignatureQuorum[];
};

/**
 * The documents of a change, root first, each with who must sign it: those whom the documents above it name. A root
 * needs the signers of the root before it, too (TUF specification, section 6.1).
 */
export function unsignedDocuments(change: TrustChange, before: TrustState): readonly UnsignedDocument[] {
  const root = change.root ?? before.root.signed;
  const targets = change.targets ?? before.targets.signed;
  const document = (role: string, signed: Parameters<typeof bytesToSign>[0], quorums: readonly SignatureQuorum[]): UnsignedDocument => ({
    name: metadataFileName(role, signed.version),
    role,
    bytes: bytesToSign(signed),
    quorums,
  });
  return [
    ...(change.root === undefined ? [] : [document("root", change.root, rootQuorums(before, change.root))]),
    ...(change.targets === undefined
      ? []
      : [document("targets", change.targets, [quorumOf("Who signs targets", rootAuthority(root, "targets"))])]),
    ...[...change.applications].map(([product, signed]) =>
      document(product, signed, [quorumOf(`Who signs ${product}`.slice(0, 80), applicationAuthority(targets, product) ?? nobody(product))]),
    ),
  ];
}

function rootQuorums(before: TrustState, root: NonNullable<TrustChange["root"]>): readonly SignatureQuorum[] {
  const [old, renewed] = [rootAuthority(before.root.signed, "root"), rootAuthority(root, "root")];
  if (isSameAuthority(old, renewed)) return [quorumOf("Who signs root", renewed)];
  return [quorumOf("Who signs root until now", old), quorumOf("Who signs root from now on", renewed)];
}

function nobody(product: string): never {
  throw new TypeError(`targets delegate nothing to ${product}`);
}
