import { Metadata, MetadataKind, type TargetFile } from "@tufjs/models";
import { LengthOrHashMismatchError } from "@tufjs/models/dist/error.js";
import { EqualVersionError, ExpiredMetadataError } from "tuf-js/dist/error.js";
import { TrustedMetadataStore } from "tuf-js/dist/store.js";
import { z } from "zod";
import { AppError } from "#shared/errors/app-error.ts";
import type { AgentLogger } from "../logger.ts";
import type { KeptMetadata } from "./kept-metadata.ts";
import type { MetadataSource } from "./metadata-fetcher.ts";
import { readTargetsInOnePass } from "./targets-in-one-pass.ts";
import { expired, mixed, rolledBack, toTrustError } from "./trust-error.ts";
import { MAX_ROOT_STEPS } from "./trust-limits.ts";

/** What one refresh works with. */
export type RefreshPorts = {
  readonly source: MetadataSource;
  readonly kept: Pick<KeptMetadata, "read" | "version" | "keep">;
  /** The root that enrolment pinned. */
  readonly trustRoot: Uint8Array;
  readonly logger: AgentLogger;
  /** The control plane's clock minus the host's, in ms, while it is known. */
  readonly serverOffsetMs: () => number | undefined;
};

const TARGETS = MetadataKind.Targets;
const document = z.object({ signed: z.object({ expires: z.iso.datetime() }) });

/**
 * One run of the TUF client workflow (specification 1.0.31, section 5), from the kept root to the roles that name files.
 *
 *     root* ─▶ timestamp ─▶ snapshot ─▶ targets ─▶ the role of an application
 *
 * The library's `TrustedMetadataStore` makes every check of the workflow; this class orders them, fetches, and keeps each
 * accepted file before it asks for the next. The library's own `Updater` does the same, but writes its files in place, so
 * that a kill tears them, and wraps what it refused into texts.
 *
 * INVARIANT: what is kept only moves forward. Beyond the workflow, roles that people sign are held to the version that
 * this host has accepted, also after a new root has changed who signs snapshots.
 */
export class TrustRefresh {
  readonly #ports: RefreshPorts;
  readonly #store: TrustedMetadataStore;
  /** The file of a role that was judged last. */
  #judged: Buffer | undefined;

  private constructor(ports: RefreshPorts, store: TrustedMetadataStore) {
    this.#ports = ports;
    this.#store = store;
  }

  /**
   * Brings the top-level roles up to date.
   *
   * @throws AppError TRUST_* when they must not be trusted, REMOTE_*, ACCESS_*, INPUT_TOO_LARGE, NOT_FOUND when they could
   *   not be had.
   */
  static async run(ports: RefreshPorts): Promise<TrustRefresh> {
    const refresh = new TrustRefresh(ports, await openStore(ports));
    await refresh.#root();
    await refresh.#naming("timestamp", () => refresh.#timestamp());
    await refresh.#naming("snapshot", () => refresh.#snapshot());
    await refresh.#role("targets", "root");
    return refresh;
  }

  /**
   * Finds a file by what is signed about it, in the top-level role or the first role that it delegates the path to.
   *
   * @throws AppError as {@link run}.
   */
  async findTarget(path: string): Promise<TargetFile | undefined> {
    const signed = this.#store.targets?.signed;
    const own = signed?.targets[path];
    if (own !== undefined || signed?.delegations === undefined) return own;
    // Delegations of delegations are not walked: applications sign for themselves alone.
    for (const { role, terminating } of signed.delegations.rolesForTarget(path)) {
      await this.#role(role, TARGETS);
      const found = this.#store.getRole(role)?.signed.targets[path];
      if (found !== undefined || terminating) return found;
    }
    return undefined;
  }

  // Section 5.3. Each step is signed by the keys before it and by its own.
  async #root(): Promise<void> {
    const { source, kept } = this.#ports;
    for (let step = 0; step < MAX_ROOT_STEPS; step += 1) {
      const bytes = await source.metadata(`${this.#store.root.signed.version + 1}.root.json`, "root");
      if (bytes === undefined) return;
      await this.#naming("root", () => this.#store.updateRoot(bytes));
      await kept.keep("root", bytes);
    }
  }

  // Section 5.4. The kept one goes first, so that an older one shows.
  async #timestamp(): Promise<void> {
    const { source, kept } = this.#ports;
    await this.#takeKept("timestamp", (bytes) => this.#store.updateTimestamp(bytes));
    const bytes = await source.metadata("timestamp.json", "timestamp");
    if (bytes === undefined) throw notThere("timestamp.json");
    try {
      this.#store.updateTimestamp(bytes);
    } catch (thrown) {
      if (thrown instanceof EqualVersionError) return;
      throw thrown;
    }
    await kept.keep("timestamp", bytes);
  }

  // Section 5.5. The timestamp names version, length and digest.
  async #snapshot(): Promise<void> {
    const { source, kept } = this.#ports;
    if (this.#store.timestamp?.signed.isExpired(new Date()) === true) throw new ExpiredMetadataError("timestamp.json is expired");
    if (await this.#takeKept("snapshot", (bytes) => this.#store.updateSnapshot(bytes, true))) return;
    const promised = this.#store.timestamp?.signed.snapshotMeta;
    const name = `${promised?.version ?? 1}.snapshot.json`;
    const bytes = await source.metadata(name, "snapshot", promised?.length);
    if (bytes === undefined) throw notThere(name);
    this.#explainMismatch(
      name,
      () => this.#store.updateSnapshot(bytes),
      () => this.#store.root.verifyDelegate("snapshot", Metadata.fromJSON(MetadataKind.Snapshot, parse(bytes))),
    );
    await kept.keep("snapshot", bytes);
  }

  // Section 5.6, for the top-level role and for those that it delegates to.
  async #role(role: string, parent: "root" | "targets"): Promise<void> {
    if (this.#store.getRole(role) !== undefined) return;
    await this.#naming(role, () => this.#loadRole(role, parent));
  }

  async #loadRole(role: string, parent: "root" | "targets"): Promise<void> {
    const { source, kept } = this.#ports;
    if (await this.#takeKept(role, (bytes) => this.#store.updateDelegatedTargets(bytes, role, parent))) return;
    const promised = this.#store.snapshot?.signed.meta[`${role}.json`];
    if (promised === undefined) throw mixed(`the snapshot does not name ${role}, which is delegated to`);
    const seen = await kept.version(role);
    if (seen !== undefined && promised.version < seen) throw rolledBack(`${role} ${promised.version} after ${seen}`);
    const name = `${promised.version}.${role}.json`;
    const bytes = await source.metadata(name, "targets", promised.length);
    if (bytes === undefined) throw notThere(name);
    this.#judged = bytes;
    this.#explainMismatch(
      name,
      () => this.#store.updateDelegatedTargets(bytes, role, parent),
      () => {
        const delegator = parent === "root" ? this.#store.root : this.#store.targets;
        delegator?.verifyDelegate(role, Metadata.fromJSON(TARGETS, parse(bytes)));
      },
    );
    await kept.keep(role, bytes);
  }

  /** Whether the kept file of a role is the one that is wanted now. One that is not serves as the mark not to fall behind. */
  async #takeKept(role: string, take: (bytes: Buffer) => unknown): Promise<boolean> {
    const bytes = await this.#ports.kept.read(role);
    if (bytes === undefined) return false;
    try {
      take(bytes);
      return true;
    } catch {
      if ((await this.#ports.kept.version(role)) === undefined)
        this.#ports.logger.warn({ role }, "A kept file of trust is damaged; it is fetched again and checked from the root on.");
      return false;
    }
  }

  /** Bytes that are not the promised ones are of another moment when they are signed, else forged. */
  #explainMismatch(name: string, take: () => unknown, verify: () => void): void {
    try {
      take();
    } catch (thrown) {
      if (!(thrown instanceof LengthOrHashMismatchError)) throw thrown;
      try {
        verify();
      } catch (forged) {
        throw new AppError("TRUST_SIGNATURE_INVALID", `${name} is neither the promised document nor signed; nothing was installed.`, {
          cause: forged,
        });
      }
      throw mixed(`${name} is signed, but not the document that was promised`, thrown);
    }
  }

  async #naming(role: string, work: () => unknown): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      if (!(thrown instanceof ExpiredMetadataError)) throw toTrustError(thrown);
      const now = Date.now();
      throw expired({ ...this.#whatExpired(role, now), now, serverOffsetMs: this.#ports.serverOffsetMs() });
    }
  }

  /** The first role on the way that is over; else the file of a role that was just refused. */
  #whatExpired(role: string, now: number): { readonly role: string; readonly expiresAt: number } {
    const { root, timestamp, snapshot } = this.#store;
    const over = [root, timestamp, snapshot].find((one) => one?.signed.isExpired(new Date(now)));
    if (over !== undefined) return { role: over.signed.type, expiresAt: Date.parse(over.signed.expires) };
    const { data } = document.safeParse(this.#judged && parse(this.#judged));
    return { role, expiresAt: data === undefined ? now : Date.parse(data.signed.expires) };
  }
}

async function openStore({ kept, trustRoot, logger }: RefreshPorts): Promise<TrustedMetadataStore> {
  readTargetsInOnePass();
  const root = await kept.read("root");
  try {
    if (root !== undefined) return new TrustedMetadataStore(root);
  } catch (thrown) {
    // The pinned root leads to the same place, one signed step after another.
    logger.warn({ err: thrown }, "The kept trust root is damaged; trust starts again from the root that enrolment pinned.");
  }
  return new TrustedMetadataStore(Buffer.from(trustRoot));
}

const json = z.record(z.string(), z.json());

function parse(bytes: Buffer): z.infer<typeof json> {
  return json.parse(JSON.parse(bytes.toString("utf8")));
}

function notThere(name: string): AppError {
  return new AppError("NOT_FOUND", `The control plane does not have ${name}, which hosts must be shown; nothing was installed.`);
}
