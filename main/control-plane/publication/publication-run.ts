import { nextSteps } from "#shared/domain/publication/next-steps.ts";
import { SIGN_STEP, type Publication } from "#shared/domain/publication/publication.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type { SigningRequestId } from "#shared/lib/ids.ts";
import type { PlannedStep, PublicationContent } from "../ports/release-store.ts";
import { DeltaRepository } from "../delta/delta-repository.ts";
import { readContent, type UnsignedContent } from "../release/publication-contents.ts";
import { makeBundles } from "../release/sigstore/make-bundles.ts";
import { keyOf } from "./publication-key.ts";
import type { PublicationParts } from "./publication-parts.ts";
import type { PublicationProgress } from "./publication-progress.ts";
import { PublicationRepository } from "./publication-repository.ts";
import type { ReleaseCompletion } from "./release-completion.ts";
import type { RunEnd } from "./run-end.ts";
import { runSteps, type StepSurroundings } from "./step-runner.ts";

/** What one run goes by. `progress` outlives a failure, which asks it whether the run got any further. */
export type RunOrder = { readonly publication: Publication; readonly progress: PublicationProgress; readonly signal: AbortSignal };

/**
 * Brings one publication as far as it goes now: once the release's deltas are made it has the release drafted for signing, then runs the steps that are not
 * done in their order, until it is completed, or waits for signatures or for the release's other stores.
 *
 * Everything is asked anew in every run, so that a run may be cut at any moment and the next goes on.
 *
 * @throws AppError what a step failed with; CANCELLED once `signal` has ended.
 */
export class PublicationRun {
  readonly #parts: PublicationParts;
  readonly #completion: ReleaseCompletion;

  constructor(parts: PublicationParts, completion: ReleaseCompletion) {
    this.#parts = parts;
    this.#completion = completion;
  }

  async run({ publication, progress, signal }: RunOrder): Promise<RunEnd> {
    const preparation = await new DeltaRepository(this.#parts.store.read).preparation(publication.releaseId);
    if (preparation !== undefined && preparation.state !== "done") return { kind: "waiting", message: "Waits for its deltas." };
    const unsigned = await readContent(this.#parts.store, this.#parts.blobs, publication.releaseId);
    await this.#storeManifest(unsigned.content);
    await this.#draft(publication, unsigned);
    const releaseStore = await this.#parts.stores.open(publication.storeId);
    const plan = [...releaseStore.plan({ ...unsigned.content, signature: undefined }), SIGN_STEP];
    await this.#parts.store.write((unit) => new PublicationRepository(unit.db).ensureSteps(publication.id, plan));
    const around = { key: keyOf(publication), releaseStore, progress, signal };
    for (;;) {
      const { publication: now, notes } = await new PublicationRepository(this.#parts.store.read).require(publication.id);
      if (signal.aborted) throw new AppError("CANCELLED", "The publication was stopped.");
      const content = await this.#sign(unsigned, publication);
      const next = nextSteps(now.steps, content.signature !== undefined);
      if (next.kind === "done") return { kind: "completed" };
      if (next.kind === "unsigned") return { kind: "waiting", message: "Waits for operators' signatures." };
      if (next.steps.some((step) => step.id === SIGN_STEP.id)) return this.#completion.complete(publication);
      await this.#runSteps(now, plan, next.steps, { ...around, content, notes });
    }
  }

  async #runSteps(
    now: Publication,
    plan: readonly PlannedStep[],
    next: readonly { readonly id: string }[],
    around: StepSurroundings,
  ): Promise<void> {
    if (now.state !== "running") await this.#completion.noteRunning(now);
    const ids = new Set(next.map((step) => step.id));
    await runSteps(
      this.#parts,
      plan.filter((step) => ids.has(step.id)),
      around,
    );
  }

  /** Hosts read the manifest from here whatever the release's stores are. */
  async #storeManifest({ manifestBytes, manifestSha256 }: UnsignedContent["content"]): Promise<void> {
    if ((await this.#parts.blobs.stat(manifestSha256)) !== undefined) return;
    await this.#parts.blobs.ingest(once(manifestBytes), { expected: { sha256: manifestSha256 } });
  }

  /** @throws AppError CANCELLED when people have cancelled the request to sign; resuming asks them again. */
  async #draft(publication: Publication, { order, release }: UnsignedContent): Promise<void> {
    if (release.state !== "draft") return;
    const { requestId, state } = await this.#parts.trust.draftPublish({ ...order, actor: publication.startedBy });
    const wanted: SigningRequestId | undefined = state === "waiting" ? requestId : undefined;
    const known = publication.signingRequestId;
    if (wanted === known) return;
    if (wanted !== undefined && known !== undefined) {
      await this.#parts.trust.abandonPublish(publication.releaseId);
      throw new AppError("CANCELLED", "The request to sign this release was cancelled. Resume the publication to ask again, or cancel it.");
    }
    await this.#parts.store.write((unit) =>
      new PublicationRepository(unit.db).update(publication.id, { signingRequestId: wanted ?? null }),
    );
  }

  /** A release that is in force already needs no signature any more; of an old one, bundles may never have been made. */
  async #sign({ content, release }: UnsignedContent, publication: Publication): Promise<PublicationContent> {
    const signed = await this.#parts.trust.signatureOf(publication.releaseId);
    if (signed === undefined && release.state === "draft") return { ...content, signature: undefined };
    return { ...content, signature: { bundles: makeBundles(content, signed?.signatures ?? []) } };
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}
