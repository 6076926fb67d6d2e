import type { ContractClient } from "#shared/contract/index.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { applicationId, channelId, releaseId, storeId, uploadId, type ReleaseId } from "#shared/lib/ids.ts";
import { clientError } from "../../data/client-error.ts";
import type { PublishedSoFar, PublishRun, PublishStep } from "../../stores/publish-store.ts";
import type { PublishPlan } from "./publish-plan.ts";

/** The steps that this plan needs, in order. */
export function stepsOf(plan: PublishPlan): readonly PublishStep[] {
  return [
    ...(plan.application.kind === "new" ? (["register"] as const) : []),
    "draft",
    "sign",
    ...(plan.channel === undefined ? [] : (["move"] as const)),
  ];
}

/** What a step does, as people read it while it runs. */
export function stepWords(step: PublishStep, plan: Pick<PublishPlan, "applicationName" | "version" | "channel">): string {
  switch (step) {
    case "register":
      return `Register ${plan.applicationName}`;
    case "draft":
      return `Make a draft of ${plan.version}`;
    case "sign":
      return "Sign the manifest and bring it to its stores";
    case "move":
      return `Move ${plan.channel?.name ?? "the channel"} to ${plan.version}`;
  }
}

/**
 * Publishes a plan step by step, and tells of each. What an earlier try has made is not made again. Never throws: how
 * it ended is its last word.
 */
export async function runPublish(
  client: ContractClient,
  plan: PublishPlan,
  earlier: PublishedSoFar,
  tell: (run: PublishRun) => void,
): Promise<void> {
  const steps = stepsOf(plan);
  let made = earlier;
  let at: PublishStep = steps[0] ?? "draft";
  const enter = (step: PublishStep): void => {
    at = step;
    tell({ state: "running", step, steps });
  };
  try {
    if (plan.application.kind === "new" && made.applicationId === undefined) {
      enter("register");
      const { productId, name } = plan.application;
      made = { ...made, applicationId: (await client.applications.create({ productId, name: name.trim() })).id };
    }
    const owner = plan.application.kind === "known" ? plan.application.id : (made.applicationId ?? "");
    if (made.releaseId === undefined) {
      enter("draft");
      made = { ...made, releaseId: await makeDraft(client, plan, owner) };
    }
    const release = releaseId.parse(made.releaseId);
    if (made.isPublished !== true) {
      enter("sign");
      const row = await client.releases.publish({
        releaseId: release,
        storeIds: plan.stores.map((id) => storeId.parse(id)),
        ...(plan.deltas === undefined ? {} : { deltas: plan.deltas }),
      });
      if (row.state !== "published") await untilPublished(client, plan, { owner, release }, tell);
      made = { ...made, isPublished: true };
    }
    if (plan.channel !== undefined) enter("move");
    const rolloutIds = plan.channel === undefined ? [] : await moveChannel(client, plan.channel, owner, release);
    const { applicationName, version, channel } = plan;
    tell({ state: "done", applicationId: owner, applicationName, releaseId: release, version, channel: channel?.name, rolloutIds });
  } catch (thrown) {
    tell({ state: "failed", step: at, steps, error: clientError(thrown), made });
  }
}

/** How often a release that is on its way is asked after, in milliseconds. */
const ASK_MS = 1000;

/**
 * Waits while the control plane brings a release to its stores. It would go on without us; what waits is the step after.
 *
 * @throws AppError CANCELLED when somebody gave it up everywhere.
 */
async function untilPublished(
  client: ContractClient,
  plan: PublishPlan,
  { owner, release }: { readonly owner: string; readonly release: ReleaseId },
  tell: (run: PublishRun) => void,
): Promise<void> {
  const { applicationName, version, channel } = plan;
  tell({ state: "under-way", applicationId: owner, applicationName, releaseId: release, version, channel: channel?.name });
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, ASK_MS));
    // A moment without the control plane ends nothing: it is asked again.
    const row = await client.releases.get({ releaseId: release }).catch(() => undefined);
    if (row?.state === "published") return;
    if (row !== undefined && row.publishing === undefined)
      throw new AppError("CANCELLED", `${version} was given up before it was published; its draft is kept.`);
  }
}

async function makeDraft(client: ContractClient, plan: PublishPlan, owner: string): Promise<string> {
  const { version, notes, runSpec } = plan;
  const artifacts = plan.artifacts.map((one) => ({ uploadId: uploadId.parse(one.uploadId), platform: one.platform }));
  return (await client.releases.create({ applicationId: applicationId.parse(owner), version, notes, runSpec, artifacts })).id;
}

/** Makes the channel where it is missing, and points it at the release. */
async function moveChannel(
  client: ContractClient,
  channel: NonNullable<PublishPlan["channel"]>,
  owner: string,
  release: ReturnType<typeof releaseId.parse>,
): Promise<readonly string[]> {
  const application = await client.applications.get({ applicationId: applicationId.parse(owner) });
  const known = channel.id ?? application.channels.find((one) => one.name === channel.name)?.id;
  const id = known ?? (await client.channels.create({ applicationId: application.id, name: channel.name })).id;
  return (await client.channels.move({ channelId: channelId.parse(id), releaseId: release, reason: "Published" })).rolloutIds;
}
