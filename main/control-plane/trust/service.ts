import { hash } from "node:crypto";
import { lifetimeMs } from "./role-lifetimes.ts";
import type { ManifestTarget, TrustRepository } from "./trust-repository.ts";

/** How long one role's metadata is still valid, and who may sign it. */
export type TrustRoleStatus = { role: string; version: number; expiresAt: number; lifetimeMs: number; threshold: number; keyIds: string[] };

/** What people are shown about trust. `rootSha256` is the pin that enrolment tokens carry. */
export type TrustStatus = { mode: "server-held" | "operator-held"; rootSha256: string; roles: TrustRoleStatus[] };

/** Trust as the rest of the control plane sees it: publish, withdraw, serve, and say how it stands. */
export class TrustService {
  readonly rootSha256: string;
  /** Bytes of the first root; agents get them when they enrol and compare them with their token's pin. */
  readonly firstRoot: Uint8Array;
  readonly #repository: TrustRepository;
  readonly #mode: TrustStatus["mode"];

  constructor(repository: TrustRepository, mode: TrustStatus["mode"], firstRoot: Uint8Array) {
    this.#repository = repository;
    this.#mode = mode;
    this.firstRoot = firstRoot;
    this.rootSha256 = hash("sha256", firstRoot);
  }

  /** Signs a release's manifest; resolves when clients can verify it. Idempotent. */
  publish(product: string, target: ManifestTarget): Promise<void> {
    return this.#repository.addTarget(product, target);
  }

  /** Ends the signature of a release's manifest: no host installs it from now on. Idempotent. */
  withdraw(product: string, path: string): Promise<void> {
    return this.#repository.removeTarget(product, path);
  }

  /** Signs again what grows old, and answers when to come back, in epoch milliseconds. */
  async renew(): Promise<number> {
    await this.#repository.renew();
    return this.#repository.nextRenewalAt();
  }

  /** Bytes of a metadata file by its plain name (`timestamp.json`, `3.snapshot.json`). */
  metadata(name: string): Promise<Uint8Array | undefined> {
    return this.#repository.readMetadata(name);
  }

  /** The manifest that a client asks for by a path with a hash prefix (`org.example.web/<sha256>.1.4.2.json`). */
  findTarget(requestPath: string): { readonly sha256: string; readonly sizeBytes: number } | undefined {
    const parts = /^([^/]+)\/([0-9a-f]{64})\.([^/]+)$/.exec(requestPath);
    if (parts === null) return undefined;
    const [, product = "", sha256 = "", name = ""] = parts;
    const target = this.#repository.state.applications.get(product)?.signed.targets[`${product}/${name}`];
    return target?.hashes["sha256"] === sha256 ? { sha256, sizeBytes: target.length } : undefined;
  }

  /** See {@link TrustStatus}. */
  status(): TrustStatus {
    const { root, targets } = this.#repository.state;
    const roles = this.#repository.roleFiles().map(([role, { signed }]) => {
      const authority = root.signed.roles[role] ?? targets.signed.delegations?.roles?.[role];
      return {
        role,
        version: signed.version,
        expiresAt: Date.parse(signed.expires),
        lifetimeMs: lifetimeMs(role),
        threshold: authority?.threshold ?? 1,
        keyIds: [...(authority?.keyIDs ?? [])],
      };
    });
    return { mode: this.#mode, rootSha256: this.rootSha256, roles };
  }
}
