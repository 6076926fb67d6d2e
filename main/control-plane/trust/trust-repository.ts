import { TargetFile, type Key, type Root } from "@tufjs/models";
import { OneAtATime } from "#main/node/one-at-a-time.ts";
import type { Clock } from "../ports/clock.ts";
import type { Signer } from "../ports/signer.ts";
import type { TrustFiles } from "../ports/trust-files.ts";
import { draftApplication, draftRoot, draftTargets, renewRoot } from "./metadata-drafts.ts";
import { damaged, signFile, type MetadataFile } from "./metadata-file.ts";
import { publishChange, type TrustChange } from "./publication.ts";
import { isRenewalDue, renewalDueAt } from "./role-lifetimes.ts";
import { loadRoot, loadState, type TrustState } from "./trust-state.ts";
import { tufKey } from "./tuf-key.ts";

/** A signed manifest: its path among the targets, and what a client checks it against. */
export type ManifestTarget = { readonly path: string; readonly sizeBytes: number; readonly sha256: string; readonly sha512: string };

/** Older versions of a role's file that are kept for clients in the middle of an update. */
const KEPT_VERSIONS = 8;

/**
 * The TUF repository of one control plane (design section 7): it makes a root at the first start, delegates one role
 * to each application, and signs every release's manifest as a target of its application's role.
 *
 * Changes are made one at a time. A kill in the middle of one leaves the repository as it was, and the next writes
 * over what was left.
 */
export class TrustRepository {
  readonly #files: TrustFiles;
  readonly #signer: Signer;
  readonly #clock: Clock;
  #state: TrustState;
  readonly #changes = new OneAtATime();

  private constructor(files: TrustFiles, signer: Signer, clock: Clock, state: TrustState) {
    this.#files = files;
    this.#signer = signer;
    this.#clock = clock;
    this.#state = state;
  }

  /**
   * Opens the repository; makes it when there is none, or goes on where a killed first start left off.
   *
   * @throws AppError ENV_DATA_CORRUPT, ENV_DISK_FULL.
   */
  static async open(files: TrustFiles, signer: Signer, clock: Clock): Promise<TrustRepository> {
    const root = (await loadRoot(files)) ?? (await writeFirstRoot(files, signer, clock));
    const state = (await loadState(files, root)) ?? (await writeFirstState(files, signer, clock, root));
    return new TrustRepository(files, signer, clock, state);
  }

  get state(): TrustState {
    return this.#state;
  }

  /** Bytes of a metadata file, also of a version that was replaced a moment ago. */
  readMetadata(name: string): Promise<Uint8Array | undefined> {
    const current = this.roleFiles().find(([, file]) => file.name === name);
    return current === undefined ? this.#files.read(name) : Promise.resolve(current[1].bytes);
  }

  /** Bytes of the first root, whose SHA-256 stands in every enrolment token. */
  async firstRoot(): Promise<Uint8Array> {
    const bytes = await this.#files.read("1.root.json");
    if (bytes === undefined) throw damaged("1.root.json");
    return bytes;
  }

  /** Signs a manifest into its application's role, which is delegated to first when it is new. Doing it again changes nothing. */
  addTarget(product: string, target: ManifestTarget): Promise<void> {
    return this.#changes.run(async () => {
      const known = this.#state.applications.get(product)?.signed;
      if (known?.targets[target.path]?.hashes["sha256"] === target.sha256) return;
      const file = new TargetFile({
        path: target.path,
        length: target.sizeBytes,
        hashes: { sha256: target.sha256, sha512: target.sha512 },
      });
      await this.#commit(await this.#withTargets(product, { ...known?.targets, [target.path]: file }));
    });
  }

  /** Takes a manifest out of its application's role, so that no host installs it any more. Doing it again changes nothing. */
  removeTarget(product: string, path: string): Promise<void> {
    return this.#changes.run(async () => {
      const known = this.#state.applications.get(product)?.signed;
      if (known?.targets[path] === undefined) return;
      await this.#commit(
        await this.#withTargets(product, Object.fromEntries(Object.entries(known.targets).filter(([name]) => name !== path))),
      );
    });
  }

  /** Signs again what has lived half of its life. */
  renew(): Promise<void> {
    return this.#changes.run(async () => {
      const now = this.#clock.now();
      const isDue = (role: string, file: MetadataFile): boolean => isRenewalDue(role, Date.parse(file.signed.expires), now);
      const { root, targets, applications, snapshot, timestamp } = this.#state;
      if (isDue("root", root)) await this.#renewRoot(now);
      const due = [...applications]
        .filter(([, file]) => isDue("targets", file))
        .map(([product, file]) => [product, draftApplication(file.signed.version + 1, now, file.signed.targets)] as const);
      const renewTargets = isDue("targets", targets);
      if (!renewTargets && due.length === 0 && !isDue("snapshot", snapshot) && !isDue("timestamp", timestamp)) return;
      await this.#commit({
        applications: new Map(due),
        ...(renewTargets ? { targets: draftTargets(targets.signed.version + 1, now, await this.#applicationKeys([])) } : {}),
      });
    });
  }

  /** When {@link renew} has something to do next, in epoch milliseconds. */
  nextRenewalAt(): number {
    return Math.min(...this.roleFiles().map(([role, file]) => renewalDueAt(role, Date.parse(file.signed.expires))));
  }

  /** Every role with its present file, top-level roles first. */
  roleFiles(): readonly (readonly [string, MetadataFile])[] {
    const { root, targets, snapshot, timestamp, applications } = this.#state;
    return [["root", root], ["targets", targets], ["snapshot", snapshot], ["timestamp", timestamp], ...applications];
  }

  async #withTargets(product: string, targets: Readonly<Record<string, TargetFile>>): Promise<TrustChange> {
    const now = this.#clock.now();
    const version = (this.#state.applications.get(product)?.signed.version ?? 0) + 1;
    const applications = new Map([[product, draftApplication(version, now, targets)]]);
    if (this.#state.applications.has(product)) return { applications };
    return { applications, targets: draftTargets(this.#state.targets.signed.version + 1, now, await this.#applicationKeys([product])) };
  }

  async #applicationKeys(added: readonly string[]): Promise<ReadonlyMap<string, Key>> {
    const products = [...this.#state.applications.keys(), ...added].toSorted();
    const keys = await Promise.all(products.map(async (product) => [product, tufKey(await this.#signer.publicKey(product))] as const));
    return new Map(keys);
  }

  async #renewRoot(now: number): Promise<void> {
    const root = await signFile(this.#signer, "root", renewRoot(this.#state.root.signed, now));
    await this.#files.write(root.name, root.bytes);
    this.#state = { ...this.#state, root };
  }

  async #commit(change: TrustChange): Promise<void> {
    const before = this.#state;
    this.#state = await publishChange({ files: this.#files, signer: this.#signer, now: this.#clock.now() }, before, change);
    await this.#prune(before);
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
}

async function writeFirstRoot(files: TrustFiles, signer: Signer, clock: Clock): Promise<MetadataFile<Root>> {
  const key = async (role: string) => tufKey(await signer.publicKey(role));
  const keys = {
    root: await key("root"),
    targets: await key("targets"),
    snapshot: await key("snapshot"),
    timestamp: await key("timestamp"),
  };
  const root = await signFile(signer, "root", draftRoot(1, clock.now(), keys));
  await files.write(root.name, root.bytes);
  return root;
}

async function writeFirstState(files: TrustFiles, signer: Signer, clock: Clock, root: MetadataFile<Root>): Promise<TrustState> {
  const now = clock.now();
  return publishChange({ files, signer, now }, { root }, { targets: draftTargets(1, now, new Map()) });
}
