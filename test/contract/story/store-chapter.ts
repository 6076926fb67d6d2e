import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { runSpec } from "#shared/domain/release/run-spec.ts";
import type { Publication, PublicationState } from "#shared/domain/publication/publication.ts";
import { LOCAL_STORE_ID } from "#shared/domain/store/store.ts";
import type { Story } from "./story.ts";

/** Stores and publications: a folder that is there, one that is not, and a release that waits for the two. */
export async function storeChapter(story: Story): Promise<void> {
  const { client } = story;
  const { path } = await story.file("story-1.3.0");
  const folder = join(dirname(path), "releases");
  await mkdir(folder);
  const settings = { kind: "folder" as const, path: folder, hostAccess: "proxy" as const };
  const made = await story.step("stores.create", () => client.stores.create({ name: "shelf", settings }));
  const change = {
    storeId: made.id,
    revision: made.revision,
    name: "shelf",
    settings: { ...settings, publicUrl: "https://dl.example.org" },
  };
  await story.step("stores.update", () => client.stores.update(change));
  await story.step("stores.setSecret", () => client.stores.setSecret({ storeId: made.id, secret: null }));
  await story.step("stores.check", () => client.stores.check({ storeId: made.id }));
  await story.step("stores.list", () => client.stores.list());
  await bringThere(story, made.id);
  await waitForTwo(story, join(folder, "not-there"));
}

async function bringThere(story: Story, storeId: Publication["storeId"]): Promise<void> {
  const { client } = story;
  const release = story.release(0);
  const begun = await story.step("publications.create", () => client.publications.create({ releaseId: release.id, storeId }));
  await until(story, begun.id, "completed");
  const applicationId = story.known("application").id;
  await story.step("stores.discover", () => client.stores.discover({ storeId, applicationId }));
  const at = { storeId, applicationId, reference: release.version };
  const { files } = await story.step("stores.inspect", () => client.stores.inspect(at));
  const wish = { ...at, version: "1.2.5", files: [{ name: files[0]?.name ?? "", platform: "any" as const }] };
  await story.step("stores.adopt", () => client.stores.adopt(wish));
}

async function waitForTwo(story: Story, path: string): Promise<void> {
  const { client } = story;
  const settings = { kind: "folder" as const, path, hostAccess: "proxy" as const };
  const gone = await client.stores.create({ name: "gone", settings, unchecked: true });
  const upload = await story.upload("story-1.3.0");
  const draft = await client.releases.create({
    applicationId: story.known("application").id,
    version: "1.3.0",
    runSpec: runSpec.parse({}),
    artifacts: [{ uploadId: upload.id, platform: "any" }],
  });
  await client.releases.publish({ releaseId: draft.id, storeIds: [LOCAL_STORE_ID, gone.id] });
  const both = await story.step("publications.list", () => client.publications.list({ releaseId: draft.id }));
  const here = both.find((one) => one.storeId === LOCAL_STORE_ID)!.id;
  const there = both.find((one) => one.storeId === gone.id)!.id;
  await until(story, here, "waiting");
  await until(story, there, "failed");
  await story.step("publications.get", () => client.publications.get({ publicationId: here }));
  await story.step("publications.pause", () => client.publications.pause({ publicationId: here }));
  await story.step("publications.resume", () => client.publications.resume({ publicationId: here }));
  await story.step("publications.cancel", () => client.publications.cancel({ publicationId: there }));
  await until(story, here, "completed");
  await story.step("stores.remove", () => client.stores.remove({ storeId: gone.id }));
}

function until(story: Story, publicationId: Publication["id"], state: PublicationState): Promise<unknown> {
  return story.until(async () => (await story.client.publications.get({ publicationId })).state === state);
}
