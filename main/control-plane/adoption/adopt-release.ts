import type { AdoptedRelease, Adoption } from "#shared/domain/adoption/adoption.ts";
import { hasArrived } from "#shared/domain/adoption/has-arrived.ts";
import type { Upload } from "#shared/domain/artifact/artifact.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type { ReleaseId } from "#shared/lib/ids.ts";
import { UploadRepository } from "../artifact/upload-repository.ts";
import type { WriteUnit } from "../db/store.ts";
import type { FoundFile, ReleaseStore } from "../ports/release-store.ts";
import { ApplicationRepository } from "../release/application-repository.ts";
import { requireFreeVersion } from "../release/draft-service.ts";
import { ReleaseRepository } from "../release/release-repository.ts";
import { StoreRepository } from "../store/store-repository.ts";
import type { InspectedRelease } from "../store/store-browser.ts";
import { adoptedRunSpec } from "./adopted-run-spec.ts";
import type { AdoptionParts } from "./adoption-parts.ts";
import { AdoptionRepository, type AdoptedReleaseKey } from "./adoption-repository.ts";
import type { StoredAdoption } from "./adoption-rows.ts";
import { discardUpload } from "./discard-upload.ts";
import { emitAdoption } from "./emit-adoption.ts";
import { requireSigned } from "./require-signed.ts";

/** One release of an adoption that is brought in now. */
type Step = {
  readonly parts: AdoptionParts;
  readonly stored: StoredAdoption;
  readonly key: AdoptedReleaseKey;
  readonly release: AdoptedRelease;
  readonly releaseStore: ReleaseStore;
  readonly signal: AbortSignal;
};

/**
 * Brings one release in: looks at it anew, fetches those of its files that have not arrived, and makes its draft, which
 * in one transaction is noted as done, so that a kill at any moment leaves either no draft or one. With keys, one of them
 * must have signed what is fetched; then a release of ours brings its run spec along.
 *
 * @throws AppError CONFLICT_EXISTS for a version that the application has, NOT_FOUND for a file that is not there,
 * TRUST_SIGNATURE_INVALID, what the store or intake say, CANCELLED once `signal` has ended; no draft was made.
 */
export async function adoptRelease(parts: AdoptionParts, stored: StoredAdoption, ordinal: number, signal: AbortSignal): Promise<void> {
  const { adoption, publicKeys } = stored;
  const release = adoption.releases[ordinal];
  if (release === undefined) throw new RangeError(`the adoption has no release ${ordinal}`);
  const key = { adoptionId: adoption.id, ordinal };
  await begin(parts, key);
  const { applicationId, storeId } = adoption;
  const owner = await new ApplicationRepository(parts.store.read).require(applicationId);
  await requireFreeVersion(new ReleaseRepository(parts.store.read), owner.name, { applicationId, version: release.version });
  const inspected = await parts.browser.read({ storeId, applicationId, reference: release.reference, publicKeys }, signal);
  const files = release.files.map((file) => requireFile(inspected, file.name));
  if (publicKeys.length > 0) requireSigned(inspected, files);
  await noteSizes(parts, key, files);
  const step: Step = { parts, stored, key, release, releaseStore: await parts.stores.open(storeId), signal };
  const uploads: Upload[] = [];
  for (const [place, file] of files.entries()) uploads.push(await bring(step, file, place));
  await makeDraft(step, inspected, uploads);
}

/** @throws AppError CANCELLED as {@link requireGoingOn}. */
function begin({ store }: AdoptionParts, key: AdoptedReleaseKey): Promise<void> {
  return store.write(async (unit) => {
    const rows = new AdoptionRepository(unit.db);
    const adoption = await requireGoingOn(rows, key);
    await rows.begin(key);
    emitAdoption(unit, adoption);
  });
}

/** @throws AppError CANCELLED when a person stopped the adoption meanwhile: then the unit is taken back. */
async function requireGoingOn(rows: AdoptionRepository, { adoptionId }: AdoptedReleaseKey): Promise<Adoption> {
  const { adoption } = await rows.require(adoptionId);
  if (adoption.state !== "running") throw new AppError("CANCELLED", `The adoption is ${adoption.state}; no draft was made.`);
  return adoption;
}

function noteSizes({ store }: AdoptionParts, key: AdoptedReleaseKey, files: readonly FoundFile[]): Promise<void> {
  return store.write(async (unit) => {
    const rows = new AdoptionRepository(unit.db);
    for (const [place, { sizeBytes }] of files.entries()) await rows.updateFile(key, place, { sizeBytes });
  });
}

/** A file as an upload that is ready: the one of an earlier try, or a new one. */
async function bring({ parts, stored, key, releaseStore, signal }: Step, file: FoundFile, place: number): Promise<Upload> {
  const { store, fetchFile } = parts;
  const before = stored.uploadIds[key.ordinal]?.[place] ?? undefined;
  const known = before === undefined ? undefined : await new UploadRepository(store.read).find(before);
  if (known !== undefined && hasArrived(known, file)) return known;
  signal.throwIfAborted();
  const { name: fileName, sizeBytes, sha256, location } = file;
  const onBegun = (uploadId: string): Promise<void> =>
    store.write(async (unit) => {
      await discardUpload(unit, before);
      await new AdoptionRepository(unit.db).updateFile(key, place, { uploadId });
      emitAdoption(unit, stored.adoption);
    });
  const open = (): Promise<AsyncIterable<Uint8Array>> => releaseStore.open(location, undefined, signal);
  const upload = await fetchFile(stored.adoption.startedBy, { fileName, sizeBytes, sha256, open, onBegun, signal });
  // It got further than before, so that failures count anew.
  await store.write((unit) => new AdoptionRepository(unit.db).updateRelease(key, { failures: 0 }));
  return upload;
}

async function makeDraft(step: Step, inspected: InspectedRelease, uploads: readonly Upload[]): Promise<void> {
  const { parts, stored, release, releaseStore, signal } = step;
  const { notes, deltas: told } = inspected.detail;
  const arrived = new Set(uploads.map((one) => one.digests?.sha256));
  const toAdopt = told
    .filter(({ artifactSha256 }) => arrived.has(artifactSha256))
    .map((one) => ({ ...one, open: () => releaseStore.open(one.location, undefined, signal) }));
  const deltas = await parts.deltas.fetch(toAdopt, signal);
  signal.throwIfAborted();
  const artifacts = release.files.flatMap(({ platform }, place) => {
    const upload = uploads[place];
    return upload === undefined ? [] : [{ uploadId: upload.id, platform }];
  });
  const { applicationId, startedBy } = stored.adoption;
  const draft = { applicationId, version: release.version, notes, runSpec: adoptedRunSpec(inspected), artifacts };
  await parts.createDraft(startedBy, draft, async (unit, releaseId) => {
    await parts.deltas.keep(unit, releaseId, deltas);
    await noteDone(unit, step, releaseId, inspected);
  });
}

/** @throws AppError CANCELLED as {@link requireGoingOn}. */
async function noteDone(
  unit: WriteUnit,
  { stored, key, release }: Step,
  releaseId: ReleaseId,
  { verdict }: InspectedRelease,
): Promise<void> {
  const rows = new AdoptionRepository(unit.db);
  const adoption = await requireGoingOn(rows, key);
  await rows.updateRelease(key, { state: "done", releaseId, failures: 0, errorCode: null, errorMessage: null, retryAt: null });
  const { name: store } = await new StoreRepository(unit.db).require(adoption.storeId);
  const { reference, version } = release;
  const signedBy = verdict.kind === "verified" ? { keyId: verdict.keyId } : {};
  const details = { adoptionId: key.adoptionId, storeId: adoption.storeId, store, reference, version, ...signedBy };
  unit.audit({ actor: stored.adoption.startedBy, action: "release.adopted", subject: `release:${releaseId}`, details });
  emitAdoption(unit, adoption);
}

function requireFile({ detail }: InspectedRelease, name: string): FoundFile {
  const file = detail.files.find((one) => one.name === name);
  if (file === undefined) throw new AppError("NOT_FOUND", `${detail.reference} has no file ${name}; no draft was made.`);
  return file;
}
