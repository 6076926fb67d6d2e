import type { Key, Root, Snapshot, Timestamp } from "@tufjs/models";
import { AppError } from "#shared/errors/app-error.ts";
import type { HeldKeys, Signer } from "../ports/signer.ts";
import { rootAuthority } from "./authority.ts";
import { bytesToSign, signedFile, type MetadataFile } from "./metadata-file.ts";
import { tufKey } from "./tuf-key.ts";

/** The roles that the control plane signs by itself in every mode. */
export const ONLINE_ROLES = ["snapshot", "timestamp"] as const;
export type OnlineRole = (typeof ONLINE_ROLES)[number];

/** One key for each of them. */
export type OnlineKeys = Readonly<Record<OnlineRole, Key>>;

/** The keys that are to follow the present ones; made when they are not there yet. */
export async function nextOnlineKeys({ next }: Signer): Promise<OnlineKeys> {
  const key = async (role: OnlineRole) => tufKey(await next.publicKey(role));
  return { snapshot: await key("snapshot"), timestamp: await key("timestamp") };
}

/** Destroys keys that were to follow, and that nobody asks for (any more). Those that are in force by now are kept. */
export async function forgetNextOnlineKeys(root: Root, signer: Signer): Promise<void> {
  await takeOnlineKeys(root, signer);
  for (const role of ONLINE_ROLES) if (await signer.next.holds(role)) await signer.next.forget(role);
}

/** Whether this control plane could sign what a root leaves to it, with its present keys or the next ones. */
export async function holdsOnlineKeys(root: Root, signer: Signer): Promise<boolean> {
  for (const role of ONLINE_ROLES) if ((await namedKeys([signer, signer.next], [root], role)).length === 0) return false;
  return true;
}

/**
 * Signs with every held key that one of the roots names: in the very commit that exchanges them both sign, so that a
 * client that has looked for the new root a moment too early believes what it gets next.
 */
export async function signOnline<S extends Snapshot | Timestamp>(
  signer: Signer,
  roots: readonly Root[],
  role: OnlineRole,
  signed: S,
): Promise<MetadataFile<S>> {
  const bytes = bytesToSign(signed);
  const keys = await namedKeys([signer, signer.next], roots, role);
  const signatures = await Promise.all(keys.map(async ({ keyId, held }) => [keyId, await held.sign(role, bytes)] as const));
  return signedFile(role, signed, bytes, new Map(signatures));
}

/**
 * Sees to it that the present keys are those that the root in force names, and destroys the others: after the commit that
 * exchanges them, and at an opening after a kill in between.
 *
 * @throws AppError ENV_DATA_CORRUPT when the keys are not there: nothing is signed with keys that no host knows.
 */
export async function takeOnlineKeys(root: Root, signer: Signer): Promise<void> {
  for (const role of ONLINE_ROLES) {
    const [present] = await namedKeys([signer], [root], role);
    const [next] = await namedKeys([signer.next], [root], role);
    if (present === undefined && next === undefined)
      throw new AppError(
        "ENV_DATA_CORRUPT",
        "The keys that sign this control plane's snapshot and timestamp are not among its secrets; nothing was signed. Put back the secrets that belong to this data folder.",
      );
    // A kill within the exchange leaves the new key in both places.
    if (present === undefined) await signer.takeNext(role);
    else if (next !== undefined) await signer.next.forget(role);
  }
}

type NamedKey = { readonly keyId: string; readonly held: HeldKeys };

async function namedKeys(places: readonly HeldKeys[], roots: readonly Root[], role: OnlineRole): Promise<readonly NamedKey[]> {
  const named = new Set(roots.flatMap((root) => rootAuthority(root, role).keys.map((key) => key.keyID)));
  const found: NamedKey[] = [];
  for (const held of places) {
    if (!(await held.holds(role))) continue;
    const { keyID: keyId } = tufKey(await held.publicKey(role));
    if (named.has(keyId)) found.push({ keyId, held });
  }
  return found;
}
