import type { ReleaseRow } from "#shared/contract/applications.ts";
import type { ContractClient } from "#shared/contract/index.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { textOption, word } from "../arguments.ts";
import type { Arguments, Command } from "../command.ts";
import { beginPublishing } from "../begin-publishing.ts";
import { DELTA_OPTIONS, DELTA_USAGE, deltaWish } from "../delta-options.ts";
import { finishPublishing } from "../finish-publishing.ts";
import { findNamedRelease } from "../lookup.ts";
import { channelToMove, moveChannel } from "../move-channel.ts";
import { namedStores } from "../named-stores.ts";
import { readRunSpec } from "../read-run-spec.ts";
import { tellAdvice } from "../tell-advice.ts";
import { CHANGE_OPTIONS, CHANGE_USAGE } from "../trust-change.ts";

const publishDraft: Command = {
  words: ["release", "publish"],
  summary: "Publish a draft: one that was saved, or adopted from a store",
  usage: `rollcall release publish PRODUCT-ID@VERSION [--run-spec FILE.json] [--store NAME...] [--channel NAME] ${DELTA_USAGE} ${CHANGE_USAGE}`,
  options: {
    ...CHANGE_OPTIONS,
    ...DELTA_OPTIONS,
    "run-spec": { type: "string" },
    store: { type: "string", multiple: true },
    channel: { type: "string" },
  },
  run: async (context, given) => {
    const { client, output } = context;
    const { application, release } = await findNamedRelease(client, word(given, 0, "The release"));
    if (release.state === "published" || release.state === "withdrawn")
      throw new AppError("CONFLICT_STATE", `${release.version} is ${release.state}, not a draft; nothing was published.`);
    const wish = { ...deltaWish(given), ...(await namedStores(client, given)) };
    const draft = await withRunSpec(client, given, release);
    tellAdvice(output, draft.runSpec);
    const files = draft.artifacts.map(({ platform, digests }) => ({ platform, sha256: digests.sha256 }));
    const content = { productId: application.productId, runSpec: draft.runSpec, files, isConfirmed: false };
    const published = await finishPublishing(context, given, await beginPublishing(client, draft, wish), content);
    const channel = textOption(given, "channel");
    if (published === undefined)
      return channel === undefined ? undefined : output.note(channelToMove(application.productId, channel, draft.version));
    return output.result(published, [
      `Published ${application.productId} ${published.version}: ${published.artifacts.map((one) => one.platform).join(", ")}.`,
      ...(channel === undefined ? [] : [await moveChannel(client, application, channel, published)]),
    ]);
  },
};

/** The draft with the run spec of `--run-spec`, or as it is. */
async function withRunSpec(client: ContractClient, given: Arguments, draft: ReleaseRow): Promise<ReleaseRow> {
  const file = textOption(given, "run-spec");
  if (file === undefined) return draft;
  const { id: releaseId, revision, version, notes } = draft;
  return client.releases.updateDraft({ releaseId, revision, version, notes, runSpec: await readRunSpec(file) });
}

/** `rollcall release publish` */
export const releasePublishCommands: readonly Command[] = [publishDraft];
