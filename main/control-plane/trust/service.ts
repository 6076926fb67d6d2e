import { hash } from "node:crypto";
import type { TrustRole, TrustStatus } from "#shared/contract/trust.ts";
import type { SignaturesFile, SigningRequest, SigningRequestFile, TrustIntent } from "#shared/domain/trust/signing-request.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type { AwaitedSignatures } from "../home/home-sources.ts";
import { exportRequest } from "./export-request.ts";
import { toSigningRequest } from "./request-record.ts";
import { RequestRepository } from "./request-repository.ts";
import { renewTrust } from "./renew-trust.ts";
import type { TrustMode } from "./role-lifetimes.ts";
import type { DeskParts } from "./request-course.ts";
import type { Asker } from "./request-notes.ts";
import { signedPolicies } from "./signed-policies.ts";
import type { SigningDesk } from "./signing-desk.ts";
import type { PinnedRoot } from "./trust-repository.ts";
import { readTrustStatus, trustRoles } from "./trust-status.ts";

/** Requests that a list shows at most. */
const LIST_LIMIT = 200;

/** A target that clients may fetch. Manifests lie in the blob store, policies with trust itself. */
export type ServedTarget = { readonly sha256: string; readonly sizeBytes: number; readonly content: Uint8Array | undefined };

/** Trust as the rest of the control plane sees it: ask for changes, bring signatures, serve, and say how it stands. */
export class TrustService {
  readonly #parts: DeskParts;
  readonly #desk: SigningDesk;

  constructor(parts: DeskParts, desk: SigningDesk) {
    this.#parts = parts;
    this.#desk = desk;
  }

  /** The root that enrolment tokens pin from now on. */
  get pinnedRoot(): PinnedRoot {
    return this.#parts.repository.pinnedRoot;
  }

  /** Its digest alone. */
  get rootSha256(): string {
    return this.pinnedRoot.sha256;
  }

  /** Who signs root, targets and applications. */
  get mode(): TrustMode {
    return this.#parts.repository.mode;
  }

  /** Bytes of a root that some token has pinned. @throws AppError ENV_DATA_CORRUPT when it is gone. */
  rootBytes(version: number): Promise<Uint8Array> {
    return this.#parts.repository.rootBytes(version);
  }

  /** Signs again what grows old, asks people for what they must sign, and answers when to come back, in epoch milliseconds. */
  renew(): Promise<number> {
    return renewTrust(this.#parts, this.#desk);
  }

  /** Bytes of a metadata file by its plain name (`timestamp.json`, `3.snapshot.json`). */
  metadata(name: string): Promise<Uint8Array | undefined> {
    return this.#parts.repository.readMetadata(name);
  }

  /** What a client asks for by a path with a hash prefix (`org.example.web/<sha256>.1.4.2.json`, `fleets/<sha256>.<id>.json`). */
  findTarget(requestPath: string): ServedTarget | undefined {
    const parts = /^([^/]+)\/([0-9a-f]{64})\.([^/]+)$/.exec(requestPath);
    if (parts === null) return undefined;
    const [, folder = "", sha256 = "", name = ""] = parts;
    const { targets, applications, policies } = this.#parts.repository.state;
    const role = folder === "fleets" ? targets : applications.get(folder);
    const target = role?.signed.targets[`${folder}/${name}`];
    return target?.hashes["sha256"] === sha256 ? { sha256, sizeBytes: target.length, content: policies.get(sha256) } : undefined;
  }

  /** How long each role's metadata is still valid, and who signs it. */
  roles(): TrustRole[] {
    const { repository, clock } = this.#parts;
    return trustRoles({ state: repository.state, mode: repository.mode, roleFiles: repository.roleFiles() }, clock.now());
  }

  /** The products that a fleet's signed list accepts; undefined while it accepts all. */
  acceptedProducts(fleetId: string): readonly string[] | undefined {
    return signedPolicies(this.#parts.repository.state).acceptance.find((one) => one.fleetId === fleetId)?.products;
  }

  /** See the contract. */
  status(): Promise<TrustStatus> {
    return readTrustStatus(this.#parts.store, this.#parts.repository, this.#parts.clock.now());
  }

  /** What waits for people, oldest first. */
  awaitedSignatures(): Promise<readonly AwaitedSignatures[]> {
    return new RequestRepository(this.#parts.store.read).waiting();
  }

  /**
   * Drafts a change that somebody asked for here.
   *
   * @throws AppError INPUT_INVALID for what comes from releases only, CONFLICT_STATE when it is so already,
   *   CONFLICT_EXISTS for a second renewal; and as
   *   describeIntent does.
   */
  async prepare(asker: Asker, intent: TrustIntent): Promise<SigningRequest> {
    if (intent.kind === "publish" || intent.kind === "withdraw")
      throw new AppError("INPUT_INVALID", "Releases are published and withdrawn from their own page; nothing was drafted.");
    if (intent.kind === "renew" && (await new RequestRepository(this.#parts.store.read).openOfKind("renew")) !== undefined)
      throw new AppError("CONFLICT_EXISTS", "A request to sign everything for longer is open already; nothing was drafted.");
    const made = await this.#desk.request(asker, intent);
    if (made === undefined) throw new AppError("CONFLICT_STATE", "That is signed already; nothing was drafted.");
    return toSigningRequest(made);
  }

  /** Open ones first, then the newest ended ones. */
  async listRequests(): Promise<SigningRequest[]> {
    return (await new RequestRepository(this.#parts.store.read).list(LIST_LIMIT)).map(toSigningRequest);
  }

  /** The request as the file that a signer reads. @throws AppError NOT_FOUND, CONFLICT_STATE for one that has ended. */
  async exportRequest(id: string, controlPlane: string): Promise<SigningRequestFile> {
    const { store, repository } = this.#parts;
    const record = await new RequestRepository(store.read).require(id);
    return exportRequest(record, { controlPlane, rootSha256: hash("sha256", await repository.rootBytes(1)), db: store.read });
  }

  /** See SigningDesk.submit. */
  submit(asker: Asker, file: SignaturesFile): Promise<SigningRequest> {
    return this.#desk.submit(asker, file);
  }

  /** See SigningDesk.cancel. */
  cancel(asker: Asker, id: string): Promise<SigningRequest> {
    return this.#desk.cancel(asker, id);
  }

  /** Every metadata file that clients need: all roots, and what stands now. */
  async exportFiles(): Promise<{ readonly name: string; readonly bytes: Uint8Array }[]> {
    const { repository } = this.#parts;
    const older = Array.from({ length: repository.pinnedRoot.version - 1 }, (_, index) => index + 1);
    const roots = await Promise.all(
      older.map(async (version) => ({ name: `${version}.root.json`, bytes: await repository.rootBytes(version) })),
    );
    return [...roots, ...repository.roleFiles().map(([, { name, bytes }]) => ({ name, bytes }))];
  }
}
