import { AppError } from "#shared/errors/app-error.ts";
import type { Signer } from "../ports/signer.ts";
import type { TrustFiles } from "../ports/trust-files.ts";
import { draftSnapshot, draftTimestamp, type Draft } from "./metadata-drafts.ts";
import { describeFile, type MetadataFile } from "./metadata-file.ts";
import { holdsOnlineKeys, signOnline } from "./online-keys.ts";
import type { SignedChange } from "./trust-change.ts";
import { policyFileName, type TrustState } from "./trust-state.ts";

/** What stood before: everything, or a root alone at the first start. */
export type StateBefore = TrustState | Pick<TrustState, "root">;

/** Where a change is written and who signs snapshot and timestamp, at `now` in epoch milliseconds. */
export type Committer = { readonly files: TrustFiles; readonly signer: Signer; readonly now: number };

/**
 * Writes a change as a new snapshot and timestamp, in the order policies, application roles, targets, root, snapshot,
 * timestamp. Clients begin at the timestamp, and roots that it does not name are not served: until its rename they see
 * what stood before, after it the whole change.
 *
 * @returns the state that clients see from now on.
 * @throws AppError CONFLICT_STATE for a root that names keys of snapshot and timestamp that are not here; nothing was written.
 */
export async function commitChange(committer: Committer, before: StateBefore, change: SignedChange): Promise<TrustState> {
  const { files, signer, now } = committer;
  const known = "snapshot" in before ? before : undefined;
  const roots = [before.root.signed, (change.root ?? before.root).signed];
  if (!(await holdsOnlineKeys((change.root ?? before.root).signed, signer)))
    throw new AppError(
      "CONFLICT_STATE",
      "The new root names keys of snapshot and timestamp that are not among the secrets; nothing was changed.",
    );
  for (const [sha256, bytes] of change.policies) await files.write(policyFileName(sha256), bytes);
  for (const file of change.applications.values()) await write(files, file);
  const applications = new Map([...(known?.applications ?? []), ...change.applications]);
  const targets = change.targets === undefined ? known?.targets : await write(files, change.targets);
  if (targets === undefined) throw new TypeError("a first commit needs targets");
  const root = change.root === undefined ? before.root : await write(files, change.root);
  const described = new Map([...applications, ["targets", targets] as const].map(([role, file]) => [role, describeFile(file)]));
  // Why server-held: these two are the control plane's own in every mode, and live equally long in both.
  const next = (file: MetadataFile | undefined): Draft => ({ version: (file?.signed.version ?? 0) + 1, now, mode: "server-held" });
  const snapshot = await write(files, await signOnline(signer, roots, "snapshot", draftSnapshot(next(known?.snapshot), described)));
  const drafted = draftTimestamp(next(known?.timestamp), describeFile(snapshot), root.signed.version);
  const timestamp = await write(files, await signOnline(signer, roots, "timestamp", drafted));
  const policies = new Map([...(known?.policies ?? []), ...change.policies]);
  return { root, targets, applications, snapshot, timestamp, policies };
}

async function write<F extends MetadataFile>(files: TrustFiles, file: F): Promise<F> {
  await files.write(file.name, file.bytes);
  return file;
}
