import { manifestTargetPath } from "#shared/domain/release/manifest.ts";
import type { TrustIntent } from "#shared/domain/trust/signing-request.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { releaseId as releaseIdSchema, type ReleaseId } from "#shared/lib/ids.ts";
import { compareSemver } from "#shared/lib/semver.ts";
import type { PublishOrder, ReleaseTrust, StatementSignature, TrustOrder } from "../release/release-trust.ts";
import type { Store } from "../db/store.ts";
import { RequestRepository } from "./request-repository.ts";
import type { RequestRecord } from "./request-record.ts";
import { signedPolicies } from "./signed-policies.ts";
import { SYSTEM } from "./request-notes.ts";
import type { SigningDesk } from "./signing-desk.ts";
import type { TrustRepository } from "./trust-repository.ts";
import { STATEMENT_NAME } from "./unsigned-documents.ts";

/** What releases ask of trust, carried out by signing requests. */
export class ReleaseSigning implements ReleaseTrust {
  readonly #store: Store;
  readonly #repository: TrustRepository;
  readonly #desk: SigningDesk;

  constructor(store: Store, repository: TrustRepository, desk: SigningDesk) {
    this.#store = store;
    this.#repository = repository;
    this.#desk = desk;
  }

  /** See ReleaseTrust. @throws AppError TRUST_BELOW_MINIMUM; nothing was drafted. */
  async draftPublish(order: PublishOrder): ReturnType<ReleaseTrust["draftPublish"]> {
    const known = await this.#ofRelease(order.releaseId);
    if (known !== undefined) return standing(known);
    this.#refuseBelowMinimum(order);
    const { manifest, manifestBytes, statement } = order;
    const intent: TrustIntent = { kind: "publish", ...subject(order), manifestSha256: manifest.sha256 };
    const made = await this.#desk.request(asker(order), intent, { manifest, manifestBytes, statement });
    if (made === undefined)
      throw new AppError("CONFLICT_EXISTS", `${order.version} is signed already by an earlier request; publish another version.`);
    return standing(made);
  }

  /** See ReleaseTrust. */
  async signatureOf(releaseId: ReleaseId): Promise<{ readonly signatures: readonly StatementSignature[] } | undefined> {
    const record = await this.#ofRelease(releaseId);
    if (record?.state !== "completed") return undefined;
    const statement = record.documents.find(({ name }) => name === STATEMENT_NAME);
    const signatures = (statement?.signatures ?? []).map(({ keyId, publicKey, signature }) => ({
      keyId,
      publicKey: new Uint8Array(Buffer.from(publicKey, "base64url")),
      signature,
    }));
    return { signatures };
  }

  /** See ReleaseTrust. */
  commitPublish(releaseId: ReleaseId): Promise<void> {
    return this.#desk.commitRelease(SYSTEM, releaseId);
  }

  /** See ReleaseTrust. */
  async abandonPublish(releaseId: ReleaseId): Promise<void> {
    const record = await this.#desk.abandon(SYSTEM, releaseId);
    if (record?.intent.kind !== "publish" || record.committedAt === undefined) return;
    const { manifestSha256: _digest, ...rest } = record.intent;
    await this.#desk.request(SYSTEM, { ...rest, kind: "withdraw" });
  }

  /** See ReleaseTrust. */
  async withdraw(order: TrustOrder): ReturnType<ReleaseTrust["withdraw"]> {
    const known = await new RequestRepository(this.#store.read).ofRelease("withdraw", order.releaseId);
    if (known?.state === "open") return { state: "waiting", requestId: known.id };
    const path = manifestTargetPath(order.productId, order.version);
    if (this.#repository.state.applications.get(order.productId)?.signed.targets[path] === undefined) return { state: "done" };
    const made = await this.#desk.request(asker(order), { kind: "withdraw", ...subject(order) });
    return made?.state === "open" ? { state: "waiting", requestId: made.id } : { state: "done" };
  }

  /** See ReleaseTrust. */
  withdrawsAlone(): boolean {
    return this.#repository.mode === "server-held";
  }

  /** See ReleaseTrust. */
  onSigned(listener: (releaseId: ReleaseId) => void): void {
    this.#desk.onRelease((releaseId) => listener(releaseIdSchema.parse(releaseId)));
  }

  #ofRelease(releaseId: ReleaseId): Promise<RequestRecord | undefined> {
    return new RequestRepository(this.#store.read).ofRelease("publish", releaseId);
  }

  #refuseBelowMinimum({ productId, version }: PublishOrder): void {
    const minimum = signedPolicies(this.#repository.state).minimums.get(productId);
    if (minimum !== undefined && compareSemver(version, minimum) < 0)
      throw new AppError("TRUST_BELOW_MINIMUM", `${version} is below the signed minimum version ${minimum}; it was not published.`);
  }
}

function standing({ id, state }: RequestRecord): { readonly requestId: RequestRecord["id"]; readonly state: "signed" | "waiting" } {
  return { requestId: id, state: state === "completed" ? "signed" : "waiting" };
}

function subject({ applicationId, releaseId, productId, version }: TrustOrder) {
  return { applicationId, releaseId, productId, version };
}

function asker({ actor }: TrustOrder) {
  return { name: actor, fleets: "all" as const };
}
