import { hash } from "node:crypto";
import { formatBytes } from "#shared/lib/format.ts";
import type { WriteUnit } from "../db/store.ts";
import { ApplicationRepository } from "../release/application-repository.ts";
import { makeManifest, manifestBytes } from "../release/make-manifest.ts";
import { ReleaseRepository } from "../release/release-repository.ts";
import { DeltaRepository, type DeltaRow } from "./delta-repository.ts";

/**
 * Notes the manifest that is to be signed. Within the unit that begins a publication, or that ends the making of its
 * deltas; nothing may have been stored or signed of the release before.
 *
 * @param publishedAt epoch milliseconds, noted when publishing began.
 * @param isFinal whether every delta that is made stands in it; else none does, since more are to come.
 */
export async function noteManifest(unit: WriteUnit, releaseId: string, publishedAt: number, isFinal: boolean): Promise<void> {
  await new DeltaRepository(unit.db).name(releaseId, isFinal);
  const rows = new ReleaseRepository(unit.db);
  const { release } = await rows.require(releaseId);
  const application = await new ApplicationRepository(unit.db).require(release.applicationId);
  const manifestSha256 = hash("sha256", manifestBytes(makeManifest(application, release, publishedAt)));
  await rows.update(releaseId, { publishedAt, manifestSha256 });
}

/** What came of making deltas, in a sentence. */
export function summarizeDeltas(rows: readonly DeltaRow[]): string {
  const made = rows.filter((row) => row.state === "made");
  const failed = rows.filter((row) => row.state === "failed" || row.state === "skipped").length;
  const dropped = rows.filter((row) => row.state === "dropped").length;
  const trees = made.filter((row) => row.isTree === 1).length;
  const bytes = made.reduce((sum, row) => sum + (row.sizeBytes ?? 0), 0);
  const parts = [
    made.length === 0
      ? "No delta was made"
      : made.length === 1
        ? `1 delta of ${formatBytes(bytes)} made`
        : `${made.length} deltas made, ${formatBytes(bytes)} together`,
    ...(trees === 0 ? [] : [`${trees === made.length ? "" : `${trees} of them `}between unpacked archives`]),
    ...(dropped === 0 ? [] : [`${dropped} would not have been small enough`]),
    ...(failed === 0 ? [] : [`${failed} could not be made`]),
  ];
  return `${parts.join(", ")}.`;
}
