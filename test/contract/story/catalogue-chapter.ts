import { runSpec } from "#shared/domain/release/run-spec.ts";
import type { Story } from "./story.ts";

const PRODUCT = "org.example.story";

/** Applications, files, releases and channels, up to three published releases. */
export async function catalogueChapter(story: Story): Promise<void> {
  const { client } = story;
  const made = await story.step("applications.create", () => client.applications.create({ productId: PRODUCT, name: "Story" }));
  const change = { applicationId: made.id, revision: made.revision, name: "Story", description: "A tale" };
  await story.step("applications.update", () => client.applications.update(change));
  await story.step("applications.list", () => client.applications.list());
  story.facts.application = await story.step("applications.get", () => client.applications.get({ applicationId: made.id }));
  const draft = { applicationId: made.id, name: "stable" };
  story.facts.channelId = (await story.step("channels.create", () => client.channels.create(draft))).id;
  await files(story);
  await releases(story);
}

async function files(story: Story): Promise<void> {
  const { client } = story;
  const head = Buffer.from("#!/bin/sh\n").toString("base64");
  await story.step("uploads.inspect", () => client.uploads.inspect({ fileName: "story-1.0.0", head }));
  const { id } = await story.upload("story-0.9.0");
  await story.step("uploads.list", () => client.uploads.list());
  await story.step("uploads.get", () => client.uploads.get({ uploadId: id }));
  const { sha256 } = await story.file("story-0.9.0");
  await story.step("uploads.adopt", () => client.uploads.adopt({ sha256, fileName: "again-0.9.0" }));
  await story.step("uploads.recognize", () => client.uploads.recognize({ sha256: [sha256] }));
  const comparison = {
    applicationId: story.known("application").id,
    artifacts: [{ uploadId: id, platform: "any" as const }],
    runSpec: runSpec.parse({}),
  };
  await story.step("uploads.compare", () => client.uploads.compare(comparison));
  await story.step("uploads.discard", () => client.uploads.discard({ uploadId: id }));
}

async function releases(story: Story): Promise<void> {
  const { client } = story;
  const applicationId = story.known("application").id;
  const unwanted = await draft(story, "0.9.1");
  await story.step("releases.discardDraft", () => client.releases.discardDraft({ releaseId: unwanted.id }));
  story.facts.releases = [];
  for (const version of ["1.0.0", "1.1.0", "1.2.0"]) {
    const made = await draft(story, version);
    const change = { releaseId: made.id, revision: made.revision, version, notes: "Better.", runSpec: made.runSpec };
    await story.step("releases.updateDraft", () => client.releases.updateDraft(change));
    story.facts.releases.push(await story.step("releases.publish", () => client.releases.publish({ releaseId: made.id })));
  }
  await story.step("releases.list", () => client.releases.list({ applicationId }));
  await story.step("releases.get", () => client.releases.get({ releaseId: story.release(0).id }));
  await story.step("releases.compare", () => client.releases.compare({ releaseId: story.release(1).id }));
  const move = { channelId: story.known("channelId"), releaseId: story.release(0).id };
  await story.step("channels.move", () => client.channels.move(move));
}

async function draft(story: Story, version: string) {
  const upload = await story.upload(`story-${version}`);
  const wish = {
    applicationId: story.known("application").id,
    version,
    runSpec: runSpec.parse({}),
    artifacts: [{ uploadId: upload.id, platform: "any" as const }],
  };
  return story.step("releases.create", () => story.client.releases.create(wish));
}
