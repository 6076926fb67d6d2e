import { AppError } from "#shared/errors/app-error.ts";
import type { Clock } from "../../control-plane/ports/clock.ts";
import type {
  PlannedStep,
  PublicationContent,
  ReleaseSignature,
  StepContext,
  StoredLocation,
} from "../../control-plane/ports/release-store.ts";
import { locationOf } from "./asset-location.ts";
import { checkPlace } from "./check-place.ts";
import type { KnownDrafts, SoughtRelease } from "./find-release.ts";
import type { GithubClient } from "./github-client.ts";
import { expectRelease, makeDraft } from "./make-draft.ts";
import { judgeAsset } from "./judge-asset.ts";
import { allAssets } from "#shared/domain/store/github/name-assets.ts";
import { describingDocuments, type DocumentAsset, signatureDocuments } from "./own-documents.ts";
import { kindOfStep } from "./publication-steps.ts";
import { publishDraft } from "./publish-draft.ts";
import { type AssetWork, sendAsset } from "./send-asset.ts";
import type { WantedAsset } from "#shared/domain/store/github/wanted-asset.ts";

/** One step with all that it works with. */
export type StepRun = {
  readonly client: GithubClient;
  readonly clock: Clock;
  readonly tag: string;
  readonly drafts: KnownDrafts;
  readonly content: PublicationContent;
  readonly context: StepContext;
};

/** Runs one step of {@link planSteps}. Each looks first at what is there, so that it can be done again at any time. */
export async function runStep(step: PlannedStep, run: StepRun): Promise<readonly StoredLocation[]> {
  const kind = kindOfStep(step.id);
  switch (kind) {
    case "check":
      await checkPlace(run.client, soughtBy(run));
      return [];
    case "draft":
      await makeDraft(run.client, soughtBy(run));
      return [];
    case "upload":
      return uploadArtifact(step.id.slice("upload:".length), run);
    case "verify":
      return verifyArtifacts(run);
    case "describe":
      await sendDocuments(run, describingDocuments(run.content, allAssets(run.content.manifest)));
      return [];
    case "signature":
      await sendDocuments(run, signatureDocuments(expectSignature(run.content)));
      return [];
    case "finish": {
      const moved = await bringBackMissing(run);
      await publishDraft(run.client, soughtBy(run));
      return moved;
    }
    case undefined:
      throw new AppError("INTERNAL", `A publication to GitHub has no step "${step.id}"; nothing was done.`);
  }
}

async function uploadArtifact(sha256: string, run: StepRun): Promise<readonly StoredLocation[]> {
  const wanted = allAssets(run.content.manifest).find((one) => one.sha256 === sha256);
  if (wanted === undefined) throw new AppError("INTERNAL", "The release has no artifact of this digest; nothing was sent.");
  const asset = await sendAsset(await workOf(run), wanted);
  return [locationOf(run.tag, asset, sha256)];
}

/** Asks for every artifact once more, as GitHub has it now; what went missing or is damaged is sent again. */
async function verifyArtifacts(run: StepRun): Promise<readonly StoredLocation[]> {
  const work = await quietWorkOf(run);
  const locations: StoredLocation[] = [];
  for (const wanted of allAssets(run.content.manifest)) {
    locations.push(locationOf(run.tag, await sendAsset(work, wanted), wanted.sha256));
  }
  return locations;
}

/**
 * What somebody removed since its step was done; answers where artifacts lie that were sent again. Where GitHub tells no
 * digest, the bytes were read back when they were verified.
 */
async function bringBackMissing(run: StepRun): Promise<readonly StoredLocation[]> {
  const work = await quietWorkOf(run);
  const artifacts = allAssets(run.content.manifest);
  const documents = [...describingDocuments(run.content, artifacts), ...signatureDocuments(expectSignature(run.content))];
  const isThere = (one: WantedAsset): boolean => ["complete", "unproven"].includes(judgeAsset(work.seen, one).kind);
  const moved: StoredLocation[] = [];
  for (const one of artifacts) if (!isThere(one)) moved.push(locationOf(run.tag, await sendAsset(work, one), one.sha256));
  for (const one of documents) if (!isThere(one)) await sendAsset({ ...work, open: async () => oneChunk(one.bytes) }, one);
  return moved;
}

async function sendDocuments(run: StepRun, documents: readonly DocumentAsset[]): Promise<void> {
  const work = await quietWorkOf(run);
  for (const one of documents) await sendAsset({ ...work, open: async () => oneChunk(one.bytes) }, one);
}

/** Work on several assets of one look, whose bytes are no part of the step's progress. */
async function quietWorkOf(run: StepRun): Promise<AssetWork & Required<Pick<AssetWork, "seen">>> {
  const work = await workOf(run);
  return { ...work, seen: await run.client.assets(work.release.id, work.signal), onProgress: () => undefined };
}

async function workOf(run: StepRun): Promise<AssetWork> {
  return {
    client: run.client,
    clock: run.clock,
    release: await expectRelease(run.client, soughtBy(run)),
    signal: run.context.signal,
    open: (wanted: WantedAsset) => run.context.open(wanted.sha256),
    onProgress: run.context.onProgress,
  };
}

function expectSignature(content: PublicationContent): ReleaseSignature {
  if (content.signature !== undefined) return content.signature;
  throw new AppError("INTERNAL", "The release has no signature yet; nothing was published.");
}

function soughtBy({ tag, content, clock, drafts, context }: StepRun): SoughtRelease {
  return { tag, content, clock, drafts, signal: context.signal };
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
