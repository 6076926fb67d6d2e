import { firstOf } from "./first-of.ts";
import type { Story } from "./story.ts";

/** The control plane itself: who may come in, how it is set, what it remembers. */
export async function houseChapter(story: Story): Promise<void> {
  const { client } = story;
  await story.step("system.status", () => client.system.status());
  await story.step("system.metrics", () => client.system.metrics());
  await story.step("system.whoami", () => client.system.whoami());
  await story.step("system.events", () => firstOf(client.system.events({ after: 0 })));
  await story.step("home.overview", () => client.home.overview());
  const { revision } = await story.step("settings.get", () => client.settings.get());
  await story.step("settings.update", () => client.settings.update({ revision, name: "House of tales" }));
  const { token } = await story.step("access.createToken", () => client.access.createToken({ label: "guest", role: "viewer" }));
  await story.step("access.listTokens", () => client.access.listTokens());
  await story.step("access.revokeToken", () => client.access.revokeToken({ apiTokenId: token.id }));
  await story.step("access.createLoginLink", () => client.access.createLoginLink());
  await story.step("audit.list", () => client.audit.list({ limit: 10 }));
  await story.step("audit.export", () => firstOf(client.audit.export({ format: "csv" })));
  await story.step("audit.checkpoints", () => client.audit.checkpoints());
  await story.step("audit.verify", () => client.audit.verify());
}
