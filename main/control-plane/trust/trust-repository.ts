import { hash } from "node:crypto";
import type { Root } from "@tufjs/models";
import type { Clock } from "../ports/clock.ts";
import type { Signer } from "../ports/signer.ts";
import type { TrustFiles } from "../ports/trust-files.ts";
import { rootAuthority } from "./authority.ts";
import { commitChange } from "./commit-change.ts";
import { draftRoot, draftTargets } from "./metadata-drafts.ts";
import { bytesToSign, damaged, signFile, type MetadataFile } from "./metadata-file.ts";
import { takeOnlineKeys } from "./online-keys.ts";
import { renewalDueAt, TOP_LEVEL_ROLES, type TrustMode } from "./role-lifetimes.ts";
import { serverKeys } from "./server-keys.ts";
import { NO_CHANGE, type SignedChange } from "./trust-change.ts";
import { loadRoot, loadState, policyFileName, type TrustState } from "./trust-state.ts";
import { tufKey } from "./tuf-key.ts";

/** Older versions of a role's file that are kept for clients in the middle of an update. */
const KEPT_VERSIONS = 8;

/** A root as enrolment tokens pin it. */
export type PinnedRoot = { readonly version: number; readonly sha256: string };

/**
 * The files of the TUF repository of one control plane (design section 7), and what they say. Its callers make changes
 * one at a time. A kill in the middle of a commit leaves the repository as it was, and the next writes over what was
 * left.
 */
export class TrustRepository {
  readonly #files: TrustFiles;
  readonly #signer: Signer;
  readonly #clock: Clock;
  #state: TrustState;
  #mode: TrustMode;

  private constructor(files: TrustFiles, signer: Signer, clock: Clock, opened: { readonly state: TrustState; readonly mode: TrustMode }) {
    this.#files = files;
    this.#signer = signer;
    this.#clock = clock;
    this.#state = opened.state;
    this.#mode = opened.mode;
  }

  /**
   * Opens the repository; makes it when there is none, or goes on where a killed first start left off.
   *
   * @throws AppError ENV_DATA_CORRUPT when files are damaged or the keys belong to another folder, ENV_DISK_FULL.
   */
  static async open(files: TrustFiles, signer: Signer, clock: Clock): Promise<TrustRepository> {
    const known = await loadState(files);
    if (known !== undefined) await takeOnlineKeys(known.root.signed, signer);
    const state = known ?? (await writeFirstState(files, signer, clock));
    const opened = new TrustRepository(files, signer, clock, { state, mode: await modeOf(state.root.signed, signer) });
    await opened.#forgetHandedOver();
    await opened.#removeUnnamedPolicies();
    return opened;
  }

  get state(): TrustState {
    return this.#state;
  }

  get mode(): TrustMode {
    return this.#mode;
  }

  /** The newest root, which new enrolment tokens pin. */
  get pinnedRoot(): PinnedRoot {
    const { root } = this.#state;
    return { version: root.signed.version, sha256: hash("sha256", root.bytes) };
  }

  /** Bytes of a metadata file, also of a version that was replaced a moment ago. Roots of unfinished commits are not there. */
  async readMetadata(name: string): Promise<Uint8Array | undefined> {
    const current = this.roleFiles().find(([, file]) => file.name === name);
    if (current !== undefined) return current[1].bytes;
    const root = /^(\d+)\.root\.json$/.exec(name);
    if (root !== null && Number(root[1]) > this.#state.root.signed.version) return undefined;
    return name.startsWith("policy.") ? undefined : this.#files.read(name);
  }

  /** Bytes of a root that clients have started from. @throws AppError ENV_DATA_CORRUPT when it is gone. */
  async rootBytes(version: number): Promise<Uint8Array> {
    const name = `${version}.root.json`;
    const bytes = await this.readMetadata(name);
    if (bytes === undefined) throw damaged(name);
    return bytes;
  }

  /** Every role with its present file, top-level roles first. */
  roleFiles(): readonly (readonly [string, MetadataFile])[] {
    const { root, targets, snapshot, timestamp, applications } = this.#state;
    return [["root", root], ["targets", targets], ["snapshot", snapshot], ["timestamp", timestamp], ...applications];
  }

  /** When something that this control plane signs by itself is to be renewed next, in epoch milliseconds. */
  nextRenewalAt(isOwn: (role: string) => boolean): number {
    const own = this.roleFiles().filter(([role]) => isOwn(role));
    return Math.min(...own.map(([role, file]) => renewalDueAt(role, this.#mode, Date.parse(file.signed.expires))));
  }

  /**
   * Puts a change in force, with a new snapshot and timestamp; without one, renews those two. Keys that root does not
   * name any more are destroyed once the change is durable.
   *
   * @throws AppError ENV_DISK_FULL, and as commitChange does; everything is as it was before, or, when the keys that root names anew could
   *   not be put in their place, in force: the next commit or opening does that.
   */
  async commit(change: SignedChange = NO_CHANGE): Promise<void> {
    const before = this.#state;
    this.#state = await commitChange({ files: this.#files, signer: this.#signer, now: this.#clock.now() }, before, change);
    await takeOnlineKeys(this.#state.root.signed, this.#signer);
    this.#mode = await modeOf(this.#state.root.signed, this.#signer);
    await this.#forgetHandedOver();
    await this.#prune(before);
  }

  /** Whether these very bytes are in force under the role already: then a commit was cut after it was durable. */
  isInForce(role: string, bytes: Uint8Array): boolean {
    const file = this.roleFiles().find(([name]) => name === role)?.[1];
    return file !== undefined && Buffer.compare(bytesToSign(file.signed), bytes) === 0;
  }

  /** After the takeover; also at an opening after a kill in between. */
  async #forgetHandedOver(): Promise<void> {
    if (this.#mode === "server-held") return;
    for (const role of ["root", "targets", ...this.#state.applications.keys()])
      if (await this.#signer.holds(role)) await this.#signer.forget(role);
  }

  /**
   * Deletes versions that no client can be in the middle of. Roots are kept for ever, since clients walk them. What a
   * kill leaves behind here costs a kilobyte.
   */
  async #prune(before: TrustState): Promise<void> {
    const after = this.#state;
    const replaced = [
      before.snapshot,
      ...(after.targets === before.targets ? [] : [before.targets]),
      ...[...before.applications].flatMap(([product, file]) => (after.applications.get(product) === file ? [] : [file])),
    ];
    for (const file of replaced) {
      const version = file.signed.version - KEPT_VERSIONS;
      if (version > 0) await this.#files.remove(file.name.replace(/^\d+/, String(version)));
    }
  }

  async #removeUnnamedPolicies(): Promise<void> {
    const named = new Set([...this.#state.policies.keys()].map(policyFileName));
    for (const name of await this.#files.list()) if (name.startsWith("policy.") && !named.has(name)) await this.#files.remove(name);
  }
}

/** Operators hold the keys as soon as root gives targets to a key that is not this control plane's. */
async function modeOf(root: Root, signer: Signer): Promise<TrustMode> {
  const own = await serverKeys(signer, ["targets"]);
  return rootAuthority(root, "targets").keys.every((key) => own.has(key.keyID)) ? "server-held" : "operator-held";
}

async function writeFirstRoot(files: TrustFiles, signer: Signer, clock: Clock): Promise<MetadataFile<Root>> {
  const key = async (role: string) => tufKey(await signer.publicKey(role));
  const [root, targets, snapshot, timestamp] = await Promise.all(TOP_LEVEL_ROLES.map(key));
  if (root === undefined || targets === undefined || snapshot === undefined || timestamp === undefined) throw new TypeError("four roles");
  const draft = { version: 1, now: clock.now(), mode: "server-held" } as const;
  const file = await signFile(signer, "root", draftRoot(draft, { root, targets, snapshot, timestamp }));
  await files.write(file.name, file.bytes);
  return file;
}

async function writeFirstState(files: TrustFiles, signer: Signer, clock: Clock): Promise<TrustState> {
  const root = (await loadRoot(files)) ?? (await writeFirstRoot(files, signer, clock));
  const draft = { version: 1, now: clock.now(), mode: "server-held" } as const;
  const targets = await signFile(signer, "targets", draftTargets(draft, { files: {}, applications: new Map() }));
  return commitChange({ files, signer, now: clock.now() }, { root }, { ...NO_CHANGE, targets });
}
