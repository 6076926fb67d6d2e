import { hash } from "node:crypto";
import { TargetFile, type Targets } from "@tufjs/models";
import { acceptanceTargetPath, policyTargetPath, type ApplicationPolicy, type FleetAcceptance } from "#shared/domain/trust/trust-policy.ts";
import type { OperatorQuorum } from "#shared/domain/trust/trust-key.ts";
import { stableJson } from "#shared/lib/stable-json.ts";
import { applicationAuthority, rootAuthority, type Authority } from "./authority.ts";
import { draftApplication, draftTargets, exchangedRoot, operatorRoot, renewRoot, type Draft } from "./metadata-drafts.ts";
import type { OnlineKeys } from "./online-keys.ts";
import { isRenewalDue, type TrustMode } from "./role-lifetimes.ts";
import type { TrustChange } from "./trust-change.ts";
import type { Policies, TrustState } from "./trust-state.ts";
import { tufKey } from "./tuf-key.ts";

/** A signed file by its target path, and what clients check it against. */
export type ManifestTarget = { readonly path: string; readonly sizeBytes: number; readonly sha256: string; readonly sha512: string };

/**
 * What a change is drafted over: what stands, who signs, who will sign applications that are new (by product id), and,
 * for an exchange, the keys that are to follow those of snapshot and timestamp.
 */
export type DraftingTable = {
  readonly state: TrustState;
  readonly mode: TrustMode;
  readonly now: number;
  readonly newcomers: ReadonlyMap<string, Authority>;
  readonly nextKeys?: OnlineKeys;
};

/** A change in the words of the repository: products and paths rather than rows. */
export type TargetsOrder =
  | { readonly kind: "quorum"; readonly quorum: OperatorQuorum }
  | { readonly kind: "add"; readonly product: string; readonly target: ManifestTarget }
  | { readonly kind: "remove"; readonly product: string; readonly path: string }
  | { readonly kind: "policy"; readonly policy: ApplicationPolicy }
  | { readonly kind: "acceptance"; readonly fleetId: string; readonly acceptance: FleetAcceptance | undefined }
  | { readonly kind: "renew" }
  | { readonly kind: "online-keys" };

/** Drafts a change. Pure: the same table and order give the same documents. Undefined when nothing would change. */
export function draftIntent(table: DraftingTable, order: TargetsOrder): TrustChange | undefined {
  switch (order.kind) {
    case "quorum":
      return draftQuorum(table, order.quorum);
    case "add":
      return draftFile(table, order.product, order.target);
    case "remove":
      return draftRemoval(table, order.product, order.path);
    case "policy":
      return draftPolicy(table, order.policy);
    case "acceptance":
      return draftAcceptance(table, order.fleetId, order.acceptance);
    case "renew":
      return draftRenewal(table);
    case "online-keys":
      return draftExchange(table);
  }
}

const next = (version: number, { now, mode }: DraftingTable): Draft => ({ version: version + 1, now, mode });

function draftFile(table: DraftingTable, product: string, target: ManifestTarget): TrustChange | undefined {
  const known = table.state.applications.get(product)?.signed.targets ?? {};
  if (known[target.path]?.hashes["sha256"] === target.sha256) return undefined;
  return withFiles(table, product, { ...known, [target.path]: targetFile(target) });
}

function draftRemoval(table: DraftingTable, product: string, path: string): TrustChange | undefined {
  const known = table.state.applications.get(product)?.signed.targets;
  return known?.[path] === undefined ? undefined : withFiles(table, product, without(known, path));
}

function draftPolicy(table: DraftingTable, policy: ApplicationPolicy): TrustChange | undefined {
  const path = policyTargetPath(policy.productId);
  if (policy.minimumVersion === undefined) return draftRemoval(table, policy.productId, path);
  const content = policyBytes(policy);
  return draftFile(table, policy.productId, contentTarget(path, content));
}

function draftAcceptance(table: DraftingTable, fleetId: string, acceptance: FleetAcceptance | undefined): TrustChange | undefined {
  const { signed } = table.state.targets;
  const path = acceptanceTargetPath(fleetId);
  if (acceptance === undefined) {
    if (signed.targets[path] === undefined) return undefined;
    return { targets: nextTargets(table, without(signed.targets, path)), applications: new Map() };
  }
  const content = policyBytes(acceptance);
  if (signed.targets[path]?.hashes["sha256"] === sha256(content)) return undefined;
  const files = { ...signed.targets, [path]: targetFile(contentTarget(path, content)) };
  return { targets: nextTargets(table, files), applications: new Map() };
}

/** Everything that people sign, for longer; root only when half of its life is over, since clients walk every one. */
function draftRenewal(table: DraftingTable): TrustChange {
  const { root, targets, applications } = table.state;
  const due = dueForRenewal(table);
  return {
    ...(due.has("root") ? { root: renewRoot(root.signed, next(root.signed.version, table)) } : {}),
    targets: nextTargets(table, targets.signed.targets),
    applications: renewed(table, applications),
  };
}

/** What of root, targets and applications has lived half of its life, drafted for longer; undefined when nothing has. */
export function draftDueRenewal(table: DraftingTable): TrustChange | undefined {
  const { root, targets, applications } = table.state;
  const due = dueForRenewal(table);
  if (due.size === 0) return undefined;
  return {
    ...(due.has("root") ? { root: renewRoot(root.signed, next(root.signed.version, table)) } : {}),
    ...(due.has("targets") ? { targets: nextTargets(table, targets.signed.targets) } : {}),
    applications: renewed(table, new Map([...applications].filter(([product]) => due.has(product)))),
  };
}

function dueForRenewal({ state, mode, now }: DraftingTable): ReadonlySet<string> {
  const files = [["root", state.root], ["targets", state.targets], ...state.applications] as const;
  return new Set(files.flatMap(([role, file]) => (isRenewalDue(role, mode, Date.parse(file.signed.expires), now) ? [role] : [])));
}

/** A new root, and everything below it anew: what a revoked key has signed must not go on counting. */
function draftQuorum(before: DraftingTable, quorum: OperatorQuorum): TrustChange {
  const table = { ...before, mode: "operator-held" } as const;
  const { root, targets, applications } = table.state;
  const { people, operators } = quorumAuthorities(quorum);
  const delegated = new Map([...applications.keys()].map((product) => [product, operators] as const));
  return {
    root: operatorRoot(root.signed, next(root.signed.version, table), { root: people, targets: operators }),
    targets: draftTargets(next(targets.signed.version, table), { files: targets.signed.targets, applications: delegated }),
    applications: renewed(table, applications),
  };
}

/** Root alone: snapshot and timestamp are signed anew with every commit. */
function draftExchange(table: DraftingTable): TrustChange {
  if (table.nextKeys === undefined) throw new TypeError("an exchange needs the keys that are to follow");
  const { signed } = table.state.root;
  return { root: exchangedRoot(signed, next(signed.version, table), table.nextKeys), applications: new Map() };
}

/** Who signs root, and who signs everything else, under a quorum. */
export function quorumAuthorities({ threshold, keys }: OperatorQuorum): { readonly people: Authority; readonly operators: Authority } {
  const keysOf = (chosen: OperatorQuorum["keys"]) => chosen.map(({ publicKey }) => tufKey(Buffer.from(publicKey, "base64url")));
  return {
    people: { threshold, keys: keysOf(keys) },
    operators: { threshold, keys: keysOf(keys.filter((key) => key.use === "operator")) },
  };
}

function renewed(table: DraftingTable, applications: TrustState["applications"]): ReadonlyMap<string, Targets> {
  return new Map(
    [...applications].map(([product, { signed }]) => [product, draftApplication(next(signed.version, table), signed.targets)]),
  );
}

/** An application's role with these files; targets, too, when the application is new and has to be delegated to. */
function withFiles(table: DraftingTable, product: string, files: Targets["targets"]): TrustChange {
  const known = table.state.applications.get(product);
  const applications = new Map([[product, draftApplication(next(known?.signed.version ?? 0, table), files)]]);
  if (known !== undefined) return { applications };
  return { applications, targets: nextTargets(table, table.state.targets.signed.targets, product) };
}

function nextTargets(table: DraftingTable, files: Targets["targets"], added?: string): Targets {
  const { signed } = table.state.targets;
  const products = [...table.state.applications.keys(), ...(added === undefined ? [] : [added])];
  const applications = new Map(products.map((product) => [product, authorityFor(table, product)] as const));
  return draftTargets(next(signed.version, table), { files, applications });
}

/** Applications that are known keep who signs them; a new one is signed by the operators, or by a key of its own. */
export function authorityFor({ state, mode, newcomers }: Omit<DraftingTable, "now">, product: string): Authority {
  const known = applicationAuthority(state.targets.signed, product);
  if (known !== undefined) return known;
  if (mode === "operator-held") return rootAuthority(state.root.signed, "targets");
  const newcomer = newcomers.get(product);
  if (newcomer === undefined) throw new TypeError(`nobody signs ${product}`);
  return newcomer;
}

function without(files: Targets["targets"], path: string): Targets["targets"] {
  return Object.fromEntries(Object.entries(files).filter(([name]) => name !== path));
}

function targetFile({ path, sizeBytes, sha256: digest, sha512 }: ManifestTarget): TargetFile {
  return new TargetFile({ path, length: sizeBytes, hashes: { sha256: digest, sha512 } });
}

/** Contents of the policies that an order names, by their SHA-256. */
export function orderPolicies(order: TargetsOrder): Policies {
  const policy = order.kind === "policy" ? order.policy : order.kind === "acceptance" ? order.acceptance : undefined;
  if (policy === undefined) return new Map();
  const content = policyBytes(policy);
  return new Map([[sha256(content), content]]);
}

/** A policy as it is signed and served: JSON with sorted keys, which everybody writes alike. */
export function policyBytes(policy: ApplicationPolicy | FleetAcceptance): Uint8Array {
  return Buffer.from(stableJson({ ...policy }));
}

function contentTarget(path: string, content: Uint8Array): ManifestTarget {
  return { path, sizeBytes: content.length, sha256: sha256(content), sha512: hash("sha512", content) };
}

const sha256 = (bytes: Uint8Array): string => hash("sha256", bytes);
