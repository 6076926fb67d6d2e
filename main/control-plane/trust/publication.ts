import type { Targets } from "@tufjs/models";
import type { Signer } from "../ports/signer.ts";
import type { TrustFiles } from "../ports/trust-files.ts";
import { draftSnapshot, draftTimestamp } from "./metadata-drafts.ts";
import { describeFile, signFile, type MetadataFile } from "./metadata-file.ts";
import type { TrustState } from "./trust-state.ts";

/** What one publication changes. Roles that are absent keep their files. */
export type TrustChange = { readonly targets?: Targets; readonly applications?: ReadonlyMap<string, Targets> };

/** What stood before: everything, or a root alone at the first start. */
export type StateBefore = TrustState | Pick<TrustState, "root">;

/** Where a change is written and by whom it is signed, at `now` in epoch milliseconds. */
export type Publisher = { readonly files: TrustFiles; readonly signer: Signer; readonly now: number };

/**
 * Writes a change as a new snapshot and timestamp, in the order application roles, targets, snapshot, timestamp.
 * Clients begin at the timestamp: until its rename they see what stood before, after it the whole change.
 *
 * @returns the state that clients see from now on.
 */
export async function publishChange(publisher: Publisher, before: StateBefore, change: TrustChange): Promise<TrustState> {
  const { files, signer, now } = publisher;
  const known = "snapshot" in before ? before : undefined;
  const applications = new Map(known?.applications);
  for (const [product, signed] of change.applications ?? [])
    applications.set(product, await write(files, await signFile(signer, product, signed)));
  const targets = change.targets === undefined ? known?.targets : await write(files, await signFile(signer, "targets", change.targets));
  if (targets === undefined) throw new TypeError("a first publication needs targets");
  const described = new Map([...applications, ["targets", targets] as const].map(([role, file]) => [role, describeFile(file)]));
  const snapshotVersion = (known?.snapshot.signed.version ?? 0) + 1;
  const snapshot = await write(files, await signFile(signer, "snapshot", draftSnapshot(snapshotVersion, now, described)));
  const timestampVersion = (known?.timestamp.signed.version ?? 0) + 1;
  const timestamp = await write(files, await signFile(signer, "timestamp", draftTimestamp(timestampVersion, now, describeFile(snapshot))));
  return { root: before.root, targets, applications, snapshot, timestamp };
}

async function write<F extends MetadataFile>(files: TrustFiles, file: F): Promise<F> {
  await files.write(file.name, file.bytes);
  return file;
}
