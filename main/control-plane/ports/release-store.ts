import type { ReleaseManifest } from "#shared/domain/release/manifest.ts";
import type { NamedDelta } from "#shared/domain/release/tree-delta.ts";
import type { StepPhase } from "#shared/domain/publication/publication.ts";
import type { StoreSecret, StoreSettings } from "#shared/domain/store/store.ts";
import type { Json } from "#shared/lib/canonical-json.ts";
import type { ByteRange } from "./blob-store.ts";

/** A document ready to be stored, with what descriptors say about it. */
export type StoreDocument = {
  readonly bytes: Uint8Array;
  readonly sha256: string;
  readonly mediaType: string;
  readonly artifactType: string;
};

/** What lies beside the artifacts wherever OCI is spoken. `index` is what the version's tag points at. */
export type OciRelease = {
  readonly emptyConfig: StoreDocument;
  readonly manifests: readonly StoreDocument[];
  readonly index: StoreDocument;
};

/**
 * What others' tools check a release by: key-based Sigstore bundles, one per key that signed, and the OCI manifests that
 * attach them to the index (`subject`).
 */
export type ReleaseSignature = {
  readonly bundles: readonly { readonly keyId: string; readonly bytes: Uint8Array; readonly referrer: StoreDocument }[];
};

/** One release on its way to one store. The same release gives the same content, so that every step can be done again. */
export type PublicationContent = {
  readonly productId: string;
  readonly applicationName: string;
  readonly notes: string;
  readonly manifest: ReleaseManifest;
  readonly manifestBytes: Uint8Array;
  readonly manifestSha256: string;
  /** Channels that point at this version when it becomes visible; moved by {@link ReleaseStore.moveChannel} later. */
  readonly channels: readonly string[];
  readonly oci: OciRelease;
  /** Absent until those who must sign have signed; steps with `needsSignature` wait for it. */
  readonly signature: ReleaseSignature | undefined;
};

/** One step of a publication. Steps run in order, except that those of phase `upload` may run side by side. */
export type PlannedStep = {
  /** Unique within the publication and the same after a restart, such as `upload:<sha256>`. */
  readonly id: string;
  readonly phase: StepPhase;
  /** What people see: a file name, or a few words. */
  readonly title: string;
  /** Bytes to move; 0 for steps without. */
  readonly totalBytes: number;
  readonly needsSignature: boolean;
};

/** What a step works with. */
export type StepContext = {
  /** Opens an artifact of the release by its digest, from any byte on; the source never changes. */
  readonly open: (sha256: string, range?: ByteRange) => Promise<AsyncIterable<Uint8Array>>;
  /** What this step noted before it was cut, perhaps by an earlier run of the program; undefined on a first try. */
  readonly resume: Json | undefined;
  /** Notes durably where the step is (an upload session, a remote id), so that a restart goes on there. At most 16 KiB, no secrets. */
  readonly checkpoint: (note: Json) => Promise<void>;
  /** Bytes done so far of `totalBytes`; may go back when the remote side lost some. */
  readonly onProgress: (doneBytes: number) => void;
  readonly signal: AbortSignal;
};

/** Where one artifact lies in a store, in the store's own terms; kept as JSON beside the release. */
export type StoredLocation = { readonly sha256: string; readonly location: Json };

/** A place of a file that anyone may fetch for a short time, without our credentials. */
export type ShortLivedUrl = { readonly url: string; readonly expiresAt: number };

/** What a store says of itself when it is asked whether it can be used. */
export type StoreProbe = {
  readonly canWrite: boolean;
  /** Whom the credentials belong to, where the store tells. */
  readonly account?: string;
  /** Sentences worth showing: "The token ends in 6 days." */
  readonly notes: readonly string[];
};

/** A release that somebody put into the store, ours or another tool's, as a list shows it. */
export type FoundRelease = {
  /** The store's own name for it: a tag. */
  readonly reference: string;
  /** Its semantic version, when the reference is or holds one. */
  readonly version: string | undefined;
  readonly createdAt: number | undefined;
  /** One of ours, by its release manifest. Of the oldest in a long list it may stay false until somebody inspects them. */
  readonly isOurs: boolean;
};

/** One file of a found release. */
export type FoundFile = {
  readonly name: string;
  readonly sizeBytes: number;
  /** Absent where the store keeps no digest; then the first read finds it. */
  readonly sha256: string | undefined;
  /** In our words, where the store says it: `linux/amd64`. */
  readonly platform: string | undefined;
  readonly location: Json;
};

/** A delta of a found release of ours, and the file that it makes. */
export type FoundDelta = { readonly artifactSha256: string; readonly delta: NamedDelta; readonly location: Json };

/** A found release in full. */
export type FoundReleaseDetail = FoundRelease & {
  readonly notes: string;
  readonly files: readonly FoundFile[];
  /** What our own release manifest names; none for releases of others. */
  readonly deltas: readonly FoundDelta[];
  /** Our own release manifest, where it lies there as the digest below binds it; undefined for releases of others. */
  readonly manifest: ReleaseManifest | undefined;
  /** Digest that Sigstore bundles must name as their subject, with the bundles that are attached. */
  readonly subjectSha256: string | undefined;
  readonly bundles: readonly Uint8Array[];
};

/**
 * A place for releases: a registry, GitHub Releases, a folder, or the embedded store. An adapter knows its store's
 * protocol and nothing of rows, retries or order: the publication runs its steps, each of which first asks the remote
 * side what is there and does only what is missing. The credentials lie inside and never come out.
 *
 * Every method throws AppError: STORE_CREDENTIALS_REFUSED, STORE_FORBIDDEN, STORE_NOT_FOUND, STORE_CONFLICT,
 * STORE_PROTOCOL, RATE_LIMITED (with `details.retryAfterMs`), REMOTE_UNREACHABLE, REMOTE_TIMEOUT, CANCELLED. A retryable
 * code means that the same step may simply be run again.
 */
export type ReleaseStore = {
  /** Asks whether it is there and what the credentials allow. */
  probe(productId: string, signal: AbortSignal): Promise<StoreProbe>;
  /** The steps of a publication, in order. Pure: the same content gives the same steps. */
  plan(content: PublicationContent): readonly PlannedStep[];
  /** Runs one step to its end, or throws. Answers where artifacts now lie, for steps that bring some there. */
  run(step: PlannedStep, content: PublicationContent, context: StepContext): Promise<readonly StoredLocation[]>;
  /** Removes what an abandoned publication left behind (drafts, upload sessions); never a release that is visible. */
  abandon(content: PublicationContent, notes: ReadonlyMap<string, Json>, signal: AbortSignal): Promise<void>;
  /** Points a channel at a version that is there. */
  moveChannel(productId: string, channel: string, version: string, signal: AbortSignal): Promise<void>;
  /** Takes a withdrawn version out of sight as far as the store can; what it cannot do it answers as a sentence. */
  withdraw(productId: string, version: string, signal: AbortSignal): Promise<{ readonly left: string | undefined }>;
  /** Opens a stored artifact, whole or in part. */
  open(location: Json, range: ByteRange | undefined, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
  /** A place where a host may fetch it directly, where the store can give one. */
  shortLivedUrl(location: Json, signal: AbortSignal): Promise<ShortLivedUrl | undefined>;
  /** Releases that lie there under this product, or repository of the store, in any order. At most 1,000. */
  discover(productId: string, signal: AbortSignal): Promise<readonly FoundRelease[]>;
  /** One of them in full. */
  inspect(productId: string, reference: string, signal: AbortSignal): Promise<FoundReleaseDetail>;
};

/** Opens the store that a row describes, with its credentials. Each call of `open` may read the secret anew. */
export type OpenReleaseStore = (settings: StoreSettings, readSecret: () => Promise<StoreSecret | undefined>) => ReleaseStore;
