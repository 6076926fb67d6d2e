import { AppError } from "#shared/errors/app-error.ts";
import type { Json } from "#shared/lib/canonical-json.ts";
import type { ByteRange } from "#main/control-plane/ports/blob-store.ts";
import { hasBlob } from "#main/node/oci/client/blobs.ts";
import type { RegistryClient } from "#main/node/oci/client/registry-client.ts";
import { isCut } from "#main/node/oci/http/transport-error.ts";
import { RunningHash } from "./running-hash.ts";
import { readUploadNote, toUploadNote } from "./upload-note.ts";
import { UploadRequests, type PartOutcome, type UploadSession } from "./upload-session.ts";

/** A blob on its way to a repository. */
export type BlobPush = {
  readonly repository: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  /** Opens the bytes from any of them on; the same every time. */
  readonly open: (range?: ByteRange) => Promise<AsyncIterable<Uint8Array>>;
  /** Another repository of the same registry that holds it, to mount it from. */
  readonly mountFrom?: string | undefined;
  readonly resume: Json | undefined;
  readonly checkpoint: (note: Json) => Promise<void>;
  readonly onProgress: (doneBytes: number) => void;
  readonly signal: AbortSignal;
};

/** Sessions that one run opens before it leaves the next try to whoever called, later. */
const MAX_SESSIONS = 4;
/** From this session on the blob goes in one piece: a registry that loses sessions gains nothing from parts. */
const AS_ONE_FROM = 3;
/** Cuts and answers in a row that bring no byte further, before the same. */
const MAX_STALLS = 3;

/**
 * Brings one blob to a registry, going on where an earlier try was cut, also one of an earlier process.
 *
 *     HEAD ─ there ────────────────────────────────────────────────▶ stored
 *      │ not there                                                     ▲
 *      ├─ noted session ─ GET status ─┐                                │ PUT ?digest
 *      │                              ▼                                │
 *      └──────── POST ─────────▶ at byte n ─ PATCH … ─▶ at the end ────┘
 *                 ▲  (or mounted)  ▲   │ cut, 416                │ the registry has other bytes,
 *                 │                └───┴─ GET status             │ or the session is gone
 *                 └──── session gone, or this form refused ◀─────┘ (a few times)
 *
 * The bytes are hashed while they are on their way, so that a damaged source is told from a damaged transfer.
 *
 * @throws AppError ARTIFACT_DIGEST_MISMATCH for a damaged source, ARTIFACT_CHANGED, and as ReleaseStore says.
 */
export async function pushBlob(client: RegistryClient, push: BlobPush): Promise<void> {
  await new BlobPusher(client, push).run();
}

class BlobPusher {
  readonly #client: RegistryClient;
  readonly #push: BlobPush;
  readonly #requests: UploadRequests;
  #hash = new RunningHash();
  #sessions = 0;
  /** Parts are refused here: the whole blob goes with the closing request. */
  #asOne = false;
  #closingRefusals = 0;
  #furthest = 0;
  #stalls = 0;

  constructor(client: RegistryClient, push: BlobPush) {
    this.#client = client;
    this.#push = push;
    this.#requests = new UploadRequests(
      client,
      push.repository,
      `the upload of ${push.sha256.slice(0, 12)} to ${push.repository}`,
      push.signal,
    );
  }

  async run(): Promise<void> {
    let outcome: PartOutcome = (await this.#isThere()) ? { state: "stored" } : await this.#resume();
    while (outcome.state !== "stored") {
      outcome = outcome.state === "open" ? await this.#advance(outcome.session) : await this.#startOver(outcome);
    }
    this.#push.onProgress(this.#push.sizeBytes);
  }

  #isThere(): Promise<boolean> {
    const { repository, sha256, sizeBytes, signal } = this.#push;
    return hasBlob(this.#client, { repository, digest: `sha256:${sha256}`, sizeBytes }, signal);
  }

  /** Goes on with the session of an earlier run when it is still there. */
  async #resume(): Promise<PartOutcome> {
    const { registry } = this.#client.reach;
    const note = readUploadNote(this.#push.resume, registry.origin);
    if (note === undefined) return { state: "gone" };
    const url = this.#client.address(note.session, registry);
    return this.#requests.status({ url, offset: 0, minChunkBytes: note.minChunkBytes });
  }

  async #startOver(outcome: Exclude<PartOutcome, { state: "open" | "stored" }>): Promise<PartOutcome> {
    // A session that is gone may have ended well, and only its last answer was lost.
    if (this.#sessions > 0 && (await this.#isThere())) return { state: "stored" };
    this.#sessions += 1;
    if (this.#sessions > MAX_SESSIONS) {
      const { host } = this.#client.reach.registry;
      throw new AppError("REMOTE_UNREACHABLE", `${host} kept no upload of ${this.#push.sha256.slice(0, 12)} to its end.`);
    }
    this.#asOne = outcome.state === "refused" || this.#sessions >= AS_ONE_FROM;
    this.#hash = new RunningHash();
    this.#furthest = 0;
    const from = this.#sessions === 1 ? this.#push.mountFrom : undefined;
    const started = await this.#requests.start(from === undefined ? undefined : { sha256: this.#push.sha256, from });
    if (started.state === "open") await this.#note(started.session);
    return started;
  }

  /** One part, or the closing request; after a cut, the question how far it got. */
  async #advance(session: UploadSession): Promise<PartOutcome> {
    if (session.offset > this.#push.sizeBytes) return this.#drop(session);
    this.#push.onProgress(session.offset);
    try {
      const outcome = await this.#sendNext(session);
      if (outcome.state === "out-of-step") return await this.#ask(session);
      if (outcome.state === "open") await this.#moved(outcome.session, session.offset);
      return outcome;
    } catch (thrown) {
      if (!isCut(thrown) || this.#push.signal.aborted) throw thrown;
      return (await this.#isThere()) ? { state: "stored" } : await this.#ask(session, thrown);
    }
  }

  async #ask(session: UploadSession, why?: AppError): Promise<PartOutcome> {
    this.#stall(why);
    const outcome = await this.#requests.status(session);
    if (outcome.state === "open") await this.#moved(outcome.session, -1);
    return outcome;
  }

  async #moved(session: UploadSession, from: number): Promise<void> {
    if (session.offset <= from) this.#stall();
    else if (session.offset > this.#furthest) this.#stalls = 0;
    this.#furthest = Math.max(this.#furthest, session.offset);
    await this.#note(session);
  }

  #stall(why?: AppError): void {
    this.#stalls += 1;
    if (this.#stalls <= MAX_STALLS) return;
    if (why !== undefined) throw why;
    const { host } = this.#client.reach.registry;
    throw new AppError("STORE_PROTOCOL", `${host} takes no further bytes of ${this.#push.sha256.slice(0, 12)}.`);
  }

  async #sendNext(session: UploadSession): Promise<PartOutcome> {
    const left = this.#push.sizeBytes - session.offset;
    const chunkBytes = Math.max(this.#client.limits.chunkBytes, session.minChunkBytes);
    // An upload that has parts already is closed by a request of its own: registries differ in what they take with it.
    const isPart = !this.#asOne && left > 0 && (left > chunkBytes || session.offset > 0);
    return isPart ? this.#requests.part(session, this.#body(session.offset, Math.min(left, chunkBytes))) : this.#close(session, left);
  }

  /** A registry that refuses the whole has other bytes than we sent, unless those that we sent were wrong. */
  async #close(session: UploadSession, left: number): Promise<PartOutcome> {
    const outcome = await this.#requests.close(session, this.#push.sha256, left === 0 ? undefined : this.#body(session.offset, left));
    if (outcome.state !== "refused") return outcome;
    const digest = this.#hash.digest(this.#push.sizeBytes) ?? this.#push.sha256;
    if (digest !== this.#push.sha256) {
      throw new AppError(
        "ARTIFACT_DIGEST_MISMATCH",
        `A file of the release has the SHA-256 ${digest} instead of ${this.#push.sha256}; the registry does not have it.`,
      );
    }
    this.#closingRefusals += 1;
    if (this.#closingRefusals > 1) throw outcome.error;
    return { state: "gone" };
  }

  #body(offset: number, sizeBytes: number): { readonly sizeBytes: number; readonly open: () => Promise<AsyncIterable<Uint8Array>> } {
    return { sizeBytes, open: () => Promise.resolve(this.#read(offset, sizeBytes)) };
  }

  async *#read(first: number, sizeBytes: number): AsyncGenerator<Uint8Array> {
    let offset = first;
    for await (const chunk of await this.#push.open({ first, last: first + sizeBytes - 1 })) {
      yield chunk;
      // The chunk is with the socket by now: hashing takes place while it is sent.
      this.#hash.take(offset, chunk);
      offset += chunk.length;
      this.#push.onProgress(offset);
    }
  }

  async #note(session: UploadSession): Promise<void> {
    const note = toUploadNote(this.#client.reach.registry.origin, session);
    if (note !== undefined) await this.#push.checkpoint(note);
  }

  /** The registry says that it has more than there is: these are not our bytes. */
  async #drop(session: UploadSession): Promise<PartOutcome> {
    await this.#requests.cancel(session);
    return { state: "gone" };
  }
}
