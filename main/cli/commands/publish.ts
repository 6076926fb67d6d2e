import { isDeepStrictEqual } from "node:util";
import type { ReleaseRow } from "#shared/contract/applications.ts";
import type { ContractClient } from "#shared/contract/index.ts";
import type { Upload } from "#shared/domain/artifact/artifact.ts";
import { platform as platformSchema } from "#shared/domain/artifact/platform.ts";
import { runSpec as runSpecSchema, type RunSpec } from "#shared/domain/release/run-spec.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type { ApplicationId } from "#shared/lib/ids.ts";
import { formatBytes } from "#shared/lib/format.ts";
import { bar } from "../output.ts";
import { flag, textOption, word } from "../arguments.ts";
import type { Command, CommandContext } from "../command.ts";
import { beginPublishing } from "../begin-publishing.ts";
import { DELTA_OPTIONS, deltaWish } from "../delta-options.ts";
import { finishPublishing } from "../finish-publishing.ts";
import { findApplication } from "../lookup.ts";
import { channelToMove, moveChannel } from "../move-channel.ts";
import { namedStores } from "../named-stores.ts";
import { readRunSpec } from "../read-run-spec.ts";
import { tellAdvice } from "../tell-advice.ts";
import { tellPacked } from "../tell-packed.ts";
import { uploadJournalFolder } from "../target.ts";
import { CHANGE_OPTIONS } from "../trust-change.ts";
import { uploadFile, type UploadProgress } from "#main/client/upload-file.ts";

type Plan = { readonly applicationId: ApplicationId; readonly version: string; readonly notes: string; readonly runSpec: RunSpec };
type SentFile = { readonly upload: Upload; readonly platform: string };
type FileArgument = { readonly path: string; readonly platform: string | undefined };

const publish: Command = {
  words: ["publish"],
  summary: "Publish files as a release",
  usage:
    "rollcall publish PRODUCT-ID FILE[@PLATFORM]... [--version 1.2.3] [--notes TEXT] [--run-spec FILE.json] [--store NAME...] [--channel NAME] [--deltas | --no-deltas] [--estimate] [--draft] [--key KEY-FILE...] [--passphrase-file FILE] [--out REQUEST-FILE]",
  options: {
    ...CHANGE_OPTIONS,
    ...DELTA_OPTIONS,
    version: { type: "string" },
    notes: { type: "string" },
    "run-spec": { type: "string" },
    store: { type: "string", multiple: true },
    channel: { type: "string" },
    draft: { type: "boolean" },
    estimate: { type: "boolean" },
  },
  run: async (context, given) => {
    const { client, output } = context;
    const application = await findApplication(client, word(given, 0, "The product id"));
    word(given, 1, "The file");
    const wish = { ...deltaWish(given), ...(await namedStores(client, given)) };
    const runSpecFile = textOption(given, "run-spec");
    const runSpec = runSpecFile === undefined ? runSpecSchema.parse({}) : await readRunSpec(runSpecFile);
    tellAdvice(output, runSpec);
    const sent = await sendAll(context, given.positionals.slice(1).map(parseFile));
    if (runSpec.unpack !== true) await tellPacked(context, application, sent, flag(given, "estimate"));
    const version = textOption(given, "version") ?? sent[0]?.upload.inspection?.version?.value;
    if (version === undefined)
      throw new AppError("INPUT_VERSION_INVALID", "No version stands in the file's name; give --version. Nothing was published.");
    const plan = { applicationId: application.id, version, notes: textOption(given, "notes") ?? "", runSpec };
    const draft = (await findDraft(client, plan, sent)) ?? (await client.releases.create({ ...plan, artifacts: sent.map(toArtifact) }));
    if (flag(given, "draft")) return output.result(draft, [`Draft ${application.productId} ${version} is saved.`]);
    const files = sent.map(({ upload, platform }) => ({ platform, sha256: upload.digests?.sha256 }));
    const content = { productId: application.productId, runSpec, files, isConfirmed: true };
    const begun = await beginPublishing(client, draft, wish);
    const release = await finishPublishing(context, given, begun, content);
    const name = textOption(given, "channel");
    if (release === undefined) return name === undefined ? undefined : output.note(channelToMove(application.productId, name, version));
    return output.result(release, [
      `Published ${application.productId} ${release.version}: ${release.artifacts.map((one) => one.platform).join(", ")}.`,
      ...(name === undefined ? [] : [await moveChannel(client, application, name, release)]),
    ]);
  },
};

async function sendAll(context: CommandContext, files: readonly FileArgument[]): Promise<readonly SentFile[]> {
  const { output, environment } = context;
  const journalFolder = uploadJournalFolder(environment);
  const onProgress = (progress: UploadProgress): void => output.progress(progressLine(progress), progressStep(progress));
  const sent: SentFile[] = [];
  for (const file of files) {
    const upload = await uploadFile({ ...context, journalFolder, onProgress }, file.path);
    output.progressEnd();
    // A universal binary serves each of its platforms.
    const found = upload.inspection?.platforms?.value ?? [upload.inspection?.platform?.value];
    sent.push(...(file.platform === undefined ? found : [file.platform]).map((one) => ({ upload, platform: platformOf(file, one) })));
  }
  return sent;
}

const toArtifact = ({ upload, platform }: SentFile) => ({ uploadId: upload.id, platform });

/** The draft that an earlier try of the very same release left, which is then published instead of another one. */
async function findDraft(client: ContractClient, plan: Plan, sent: readonly SentFile[]): Promise<ReleaseRow | undefined> {
  const wanted = [plan.version, plan.notes, plan.runSpec, sent.map(({ upload, platform }) => [platform, upload.digests?.sha256])];
  return (await client.releases.list({ applicationId: plan.applicationId })).find(({ state, version, notes, runSpec, artifacts }) => {
    const there = [version, notes, runSpec, artifacts.map((one) => [one.platform, one.digests.sha256])];
    return state === "draft" && isDeepStrictEqual(there, wanted);
  });
}

function progressLine({ phase, fileName, sentBytes, sizeBytes }: UploadProgress): string {
  if (phase !== "sending") return `${fileName}: ${phase} ${formatBytes(sizeBytes)}`;
  return `${fileName}: ${bar(sentBytes / sizeBytes)} ${formatBytes(sentBytes)} of ${formatBytes(sizeBytes)}`;
}

/** Quarters of a file are enough for a log. */
function progressStep({ phase, fileName, sentBytes, sizeBytes }: UploadProgress): string {
  return `${fileName} ${phase} ${Math.floor((4 * sentBytes) / sizeBytes)}`;
}

function parseFile(text: string): FileArgument {
  const cut = text.lastIndexOf("@");
  const platform = cut > 0 ? platformSchema.safeParse(text.slice(cut + 1)) : undefined;
  return platform?.success === true ? { path: text.slice(0, cut), platform: platform.data } : { path: text, platform: undefined };
}

function platformOf(file: FileArgument, detected: string | undefined): string {
  const platform = file.platform ?? detected;
  if (platform === undefined)
    throw new AppError(
      "ARTIFACT_PLATFORM_UNKNOWN",
      `The platform of ${file.path} cannot be told from its content; write ${file.path}@linux/amd64, or @any for a script. Nothing was published.`,
    );
  return platform;
}

/** `rollcall publish` */
export const publishCommands: readonly Command[] = [publish];
