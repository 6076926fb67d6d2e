import type { ApplicationId, ReleaseId, SigningRequestId } from "#shared/lib/ids.ts";

/** A release manifest as a TUF target: its path, and what clients check its bytes against. */
export type ManifestTarget = { readonly path: string; readonly sizeBytes: number; readonly sha256: string; readonly sha512: string };

/** Which release a call speaks of, and who asks for it. */
export type TrustOrder = {
  readonly actor: string;
  readonly applicationId: ApplicationId;
  readonly productId: string;
  readonly releaseId: ReleaseId;
  readonly version: string;
};

/** A release that is to be signed. The same release always comes with the same bytes. */
export type PublishOrder = TrustOrder & {
  readonly manifest: ManifestTarget;
  /** The manifest itself, so that signers can read what they sign. */
  readonly manifestBytes: Uint8Array;
  /** What is signed for others' tools: the DSSE pre-authentication encoding of an in-toto statement. */
  readonly statement: Uint8Array;
};

/** One signature over the statement. Keys are raw Ed25519 (32 bytes), signatures 64 bytes; `keyId` as TUF names the key. */
export type StatementSignature = { readonly keyId: string; readonly publicKey: Uint8Array; readonly signature: Uint8Array };

/**
 * What releases ask of trust. Every call may be made again, also after a restart, with the same outcome.
 *
 *     draftPublish ──▶ waiting ──(enough signatures)──▶ signed ──commitPublish──▶ hosts can see it
 *                         └────────── abandonPublish ─────┘
 *
 * Nothing is visible to hosts before `commitPublish`, which the publication calls once every store has the release.
 */
export type ReleaseTrust = {
  /**
   * Makes the request to sign the release, once per release, and says whether it is signed already; server-held keys
   * sign it in this call. A later call finds the same request, also when it was redrafted meanwhile.
   */
  draftPublish(order: PublishOrder): Promise<{ readonly requestId: SigningRequestId; readonly state: "signed" | "waiting" }>;
  /** The signatures over the release's statement; undefined while its request waits. */
  signatureOf(releaseId: ReleaseId): Promise<{ readonly signatures: readonly StatementSignature[] } | undefined>;
  /**
   * Puts the signed change in force: resolves when hosts can verify the release.
   * @throws AppError TRUST_SIGNATURES_MISSING while the request waits (it may wait again, when it was redrafted), ENV_DISK_FULL.
   */
  commitPublish(releaseId: ReleaseId): Promise<void>;
  /** Gives the request up, and takes the release out of sight where it was committed. One that is unknown is no error. */
  abandonPublish(releaseId: ReleaseId): Promise<void>;
  /** Ends the release's signature: no host installs it from now on, or from when operators have signed that. */
  withdraw(order: TrustOrder): Promise<{ readonly state: "done" } | { readonly state: "waiting"; readonly requestId: SigningRequestId }>;
  /** Whether a withdrawal needs nobody but this control plane: then old releases may be retired by themselves. */
  withdrawsAlone(): boolean;
  /** Hears that a release's request has enough signatures, or was cancelled by a person; ask `draftPublish` which. */
  onSigned(listener: (releaseId: ReleaseId) => void): void;
};
