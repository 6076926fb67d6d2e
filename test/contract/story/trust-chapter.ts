import { anOperator } from "#test/builders/an-operator.ts";
import type { Story } from "./story.ts";

/** Who signs: handed over to people, and a change that they think better of. Comes last, since nothing is published by itself after it. */
export async function trustChapter(story: Story): Promise<void> {
  const { client } = story;
  const [ana, safe] = [anOperator("ana's laptop"), anOperator("safe", "recovery")];
  await story.step("trust.status", () => client.trust.status());
  const { id } = await story.step("trust.prepare", () =>
    client.trust.prepare({ intent: { kind: "quorum", quorum: { threshold: 1, keys: [ana.key, safe.key] } } }),
  );
  const file = await story.step("trust.exportRequest", () => client.trust.exportRequest({ signingRequestId: id }));
  await story.step("trust.submit", () => client.trust.submit(ana.sign(file)));
  const renewal = await client.trust.prepare({ intent: { kind: "renew" } });
  await story.step("trust.listRequests", () => client.trust.listRequests());
  await story.step("trust.cancelRequest", () => client.trust.cancelRequest({ signingRequestId: renewal.id }));
  await story.step("trust.export", () => client.trust.export());
}
