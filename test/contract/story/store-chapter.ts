import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { runSpec } from "#shared/domain/release/run-spec.ts";
import type { Adoption } from "#shared/domain/adoption/adoption.ts";
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
  await bringBack(story, { storeId, applicationId }, { reference: release.version, name: files[0]?.name ?? "" });
}

/** One version comes in as a draft; what the store does not have is tried again, paused, and given up. */
async function bringBack(
  story: Story,
  at: Pick<Adoption, "storeId" | "applicationId">,
  found: { readonly reference: string; readonly name: string },
): Promise<void> {
  const { client } = story;
  const files = [{ name: found.name, platform: "any" as const }];
  const releases = [
    { reference: found.reference, version: "1.2.5", files },
    { reference: "9.9.9", version: "9.9.9", files },
  ];
  const { id: adoptionId } = await story.step("adoptions.create", () => client.adoptions.create({ ...at, releases }));
  const failed = async () => (await client.adoptions.get({ adoptionId })).state === "failed";
  await story.until(failed);
  await story.step("adoptions.get", () => client.adoptions.get({ adoptionId }));
  await story.step("adoptions.list", () => client.adoptions.list({}));
  await story.step("adoptions.resume", () => client.adoptions.resume({ adoptionId }));
  await story.until(failed);
  await story.step("adoptions.cancel", () => client.adoptions.cancel({ adoptionId }));
  await pauseOne(story, at);
}

/** Nobody answers there, so that it is tried again for long enough to be paused. */
async function pauseOne(story: Story, { applicationId }: Pick<Adoption, "applicationId">): Promise<void> {
  const { client } = story;
  const settings = { kind: "oci" as const, registry: "http://127.0.0.1:9", allowHttp: true, credentials: "anonymous" as const };
  const { id: storeId } = await client.stores.create({ name: "silent", settings, unchecked: true });
  const releases = [{ reference: "1.0.0", version: "8.8.8", files: [{ name: "web", platform: "any" as const }] }];
  const { id: adoptionId } = await client.adoptions.create({ storeId, applicationId, releases });
  await story.step("adoptions.pause", () => client.adoptions.pause({ adoptionId }));
  await client.adoptions.cancel({ adoptionId });
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
