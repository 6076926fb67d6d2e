import { randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";
import { runSpec } from "#shared/domain/release/run-spec.ts";
import { LOCAL_STORE_ID } from "#shared/domain/store/store.ts";
import type { Story } from "./story.ts";

/** Large enough that making a delta takes longer than the calls that stop it, on any machine. */
const FILE_BYTES = 8_000_000;

/** A release whose deltas are paused, resumed, and then not waited for. */
export async function deltaChapter(story: Story): Promise<void> {
  const { client } = story;
  await publish(story, "2.0.0");
  const packed = await story.upload("story-packed.gz", gzipSync(randomBytes(1000)));
  const { id: applicationId } = story.known("application");
  const asked = { uploadId: packed.id, applicationId, platform: "linux/amd64" };
  await story.step("uploads.estimateUnpacked", () => client.uploads.estimateUnpacked(asked));
  const { id: releaseId } = await publish(story, "2.1.0");
  await story.step("deltas.pause", () => client.deltas.pause({ releaseId }));
  await story.step("deltas.retry", () => client.deltas.retry({ releaseId }));
  await story.step("deltas.resume", () => client.deltas.resume({ releaseId }));
  await story.step("deltas.get", () => client.deltas.get({ releaseId }));
  await story.step("deltas.skip", () => client.deltas.skip({ releaseId }));
  await story.until(async () => (await client.releases.get({ releaseId })).state === "published");
}

async function publish(story: Story, version: string) {
  const { client } = story;
  const upload = await story.upload(`story-${version}`, randomBytes(FILE_BYTES));
  const draft = await client.releases.create({
    applicationId: story.known("application").id,
    version,
    runSpec: runSpec.parse({}),
    artifacts: [{ uploadId: upload.id, platform: "linux/amd64" }],
  });
  return client.releases.publish({ releaseId: draft.id, storeIds: [LOCAL_STORE_ID] });
}
