import { randomBytes } from "node:crypto";
import type { ReleaseRow } from "#shared/contract/applications.ts";
import type { DeltaPreparation } from "#shared/domain/release/delta-preparation.ts";
import type { ReleaseFixture } from "../release/release-fixture.ts";

/** A file that no packer touched: bytes that compress to nothing smaller, and of no known kind. */
export function plainFile(sizeBytes = 300_000): Buffer {
  return Buffer.concat([Buffer.from("plain"), randomBytes(sizeBytes)]);
}

/** The next build of a file: a few bytes here and there, and some that are new. */
export function nextBuild(old: Buffer, mark: string): Buffer {
  const next = Buffer.concat([old.subarray(0, 1000), Buffer.from(mark), old.subarray(1000)]);
  for (let at = 5000; at < next.length; at += 20_011) next[at] = (next[at] ?? 0) ^ 0xff;
  return next;
}

/** Makes a draft of one file for linux/amd64. */
export async function draftOf(fixture: ReleaseFixture, version: string, content: Uint8Array): Promise<ReleaseRow> {
  const { id } = await fixture.upload(content, `web-${version}`);
  return fixture.client.releases.create({
    applicationId: fixture.applicationId,
    version,
    runSpec: {},
    artifacts: [{ uploadId: id, platform: "linux/amd64" }],
  });
}

/** Publishes a file and waits for the end, deltas included. */
export async function publishFile(fixture: ReleaseFixture, version: string, content: Uint8Array): Promise<ReleaseRow> {
  const { id } = await draftOf(fixture, version, content);
  await fixture.client.releases.publish({ releaseId: id });
  return published(fixture, id);
}

/** Waits until a release is published. */
export async function published(fixture: ReleaseFixture, releaseId: string): Promise<ReleaseRow> {
  return until(
    fixture,
    () => fixture.client.releases.get({ releaseId }),
    (row) => row.state === "published",
  );
}

/** Waits until the making of deltas stands as it should. */
export async function deltasAs(
  fixture: ReleaseFixture,
  releaseId: string,
  isRight: (found: DeltaPreparation) => boolean,
): Promise<DeltaPreparation> {
  const read = async (): Promise<DeltaPreparation> => {
    const found = await fixture.client.deltas.get({ releaseId });
    if (found === null) throw new Error("no deltas are made for this release");
    return found;
  };
  return until(fixture, read, isRight);
}

/** Reads again after every committed change until what is read is right. */
async function until<T>(fixture: ReleaseFixture, read: () => Promise<T>, isRight: (value: T) => boolean): Promise<T> {
  let changed = Promise.withResolvers<void>();
  const stop = fixture.plane.store.onCommitted(() => changed.resolve());
  try {
    for (;;) {
      changed = Promise.withResolvers<void>();
      const value = await read();
      if (isRight(value)) return value;
      await changed.promise;
    }
  } finally {
    stop();
  }
}
