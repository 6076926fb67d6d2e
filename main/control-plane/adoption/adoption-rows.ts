import type { Kysely, Selectable } from "kysely";
import { z } from "zod";
import { adoptedRelease, adoption, type AdoptedRelease, type Adoption } from "#shared/domain/adoption/adoption.ts";
import type { Schema } from "../db/schema.ts";

type Row = Selectable<Schema["adoptions"]>;
type ReleaseRow = Selectable<Schema["adoptionReleases"]>;
type FileRow = Selectable<Schema["adoptionFiles"]> & { readonly receivedBytes: number | null; readonly uploadState: string | null };

/** An adoption with what only its runner needs. */
export type StoredAdoption = {
  readonly adoption: Adoption;
  /** Of whom one must have signed each release; empty asks for none. */
  readonly publicKeys: readonly string[];
  /** Failures in a row without a further file, by release. */
  readonly failures: readonly number[];
  /** What its files are fetched as, by release and file. */
  readonly uploadIds: readonly (readonly (string | null)[])[];
};

/** Reads the releases and files that belong to these rows, with the bytes of the uploads, in the order of the rows. */
export async function readAdoptions(db: Kysely<Schema>, rows: readonly Row[]): Promise<StoredAdoption[]> {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const releases = await db.selectFrom("adoptionReleases").selectAll().where("adoptionId", "in", ids).orderBy("ordinal").execute();
  const files = await db
    .selectFrom("adoptionFiles")
    .leftJoin("uploads", "uploads.id", "adoptionFiles.uploadId")
    .selectAll("adoptionFiles")
    .select(["uploads.receivedBytes", "uploads.state as uploadState"])
    .where("adoptionId", "in", ids)
    .orderBy("place")
    .execute();
  const releasesOf = Map.groupBy(releases, (one) => one.adoptionId);
  const filesOf = Map.groupBy(files, (one) => `${one.adoptionId} ${one.ordinal}`);
  return rows.map((row) => {
    const own = releasesOf.get(row.id) ?? [];
    return toStored(
      row,
      own,
      own.map((one) => filesOf.get(`${row.id} ${one.ordinal}`) ?? []),
    );
  });
}

function toStored(row: Row, releaseRows: readonly ReleaseRow[], files: readonly (readonly FileRow[])[]): StoredAdoption {
  const { id, applicationId, storeId, state, message, startedAt, startedBy, finishedAt, revision } = row;
  const releases = releaseRows.map((one, ordinal) => toRelease(one, files[ordinal] ?? []));
  return {
    adoption: adoption.parse({
      id,
      applicationId,
      storeId,
      state,
      releases,
      doneBytes: sum(releases, (one) => one.doneBytes),
      totalBytes: sum(releases, (one) => one.totalBytes),
      message,
      startedAt,
      startedBy,
      ...(finishedAt === null ? {} : { finishedAt }),
      revision,
    }),
    publicKeys: z.array(z.string()).parse(JSON.parse(row.publicKeys)),
    failures: releaseRows.map((one) => one.failures),
    uploadIds: files.map((own) => own.map((file) => file.uploadId)),
  };
}

function toRelease(row: ReleaseRow, fileRows: readonly FileRow[]): AdoptedRelease {
  const { reference, version, state, attempts, errorCode, errorMessage, retryAt, releaseId } = row;
  const files = fileRows.map((file) => ({
    name: file.name,
    platform: file.platform,
    doneBytes: state === "done" ? file.sizeBytes : arrivedBytes(file),
    totalBytes: file.sizeBytes,
  }));
  return adoptedRelease.parse({
    reference,
    version,
    state,
    files,
    doneBytes: sum(files, (one) => one.doneBytes),
    totalBytes: sum(files, (one) => one.totalBytes),
    attempts,
    ...(errorCode === null ? {} : { error: { code: errorCode, message: errorMessage ?? "" } }),
    ...(retryAt === null ? {} : { retryAt }),
    ...(releaseId === null ? {} : { releaseId }),
  });
}

/** Of an upload that failed nothing is kept. */
function arrivedBytes({ receivedBytes, uploadState, sizeBytes }: FileRow): number {
  return uploadState === "failed" ? 0 : Math.min(receivedBytes ?? 0, sizeBytes);
}

function sum<T>(all: readonly T[], pick: (one: T) => number): number {
  return all.reduce((total, one) => total + pick(one), 0);
}
