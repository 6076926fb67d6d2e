import { readFile } from "node:fs/promises";
import { platform as platformSchema } from "#shared/domain/artifact/platform.ts";
import { runSpec as runSpecSchema, type RunSpec } from "#shared/domain/release/run-spec.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { formatBytes } from "#shared/lib/format.ts";
import { bar } from "../output.ts";
import { flag, textOption, word } from "../arguments.ts";
import type { Command } from "../command.ts";
import { findApplication } from "../lookup.ts";
import { uploadJournalFolder } from "../target.ts";
import { uploadFile, type UploadProgress } from "#main/client/upload-file.ts";

type FileArgument = { readonly path: string; readonly platform: string | undefined };

const publish: Command = {
  words: ["publish"],
  summary: "Publish files as a release",
  usage:
    "rollcall publish PRODUCT-ID FILE[@PLATFORM]... [--version 1.2.3] [--notes TEXT] [--run-spec FILE.json] [--channel NAME] [--draft]",
  options: {
    version: { type: "string" },
    notes: { type: "string" },
    "run-spec": { type: "string" },
    channel: { type: "string" },
    draft: { type: "boolean" },
  },
  run: async (context, given) => {
    const { client, output } = context;
    const application = await findApplication(client, word(given, 0, "The product id"));
    word(given, 1, "The file");
    const files = given.positionals.slice(1).map(parseFile);
    const runSpec = await readRunSpec(textOption(given, "run-spec"));
    const journalFolder = uploadJournalFolder(context.environment);
    const uploads = [];
    for (const file of files) {
      uploads.push({
        file,
        upload: await uploadFile(
          { ...context, journalFolder, onProgress: (progress) => output.progress(progressLine(progress)) },
          file.path,
        ),
      });
      output.progressEnd();
    }
    const version = textOption(given, "version") ?? uploads[0]?.upload.inspection?.version?.value;
    if (version === undefined)
      throw new AppError("INPUT_VERSION_INVALID", "No version stands in the file's name; give --version. Nothing was published.");
    const artifacts = uploads.map(({ file, upload }) => ({
      uploadId: upload.id,
      platform: platformOf(file, upload.inspection?.platform?.value),
    }));
    const draft = await client.releases.create({
      applicationId: application.id,
      version,
      notes: textOption(given, "notes") ?? "",
      runSpec,
      artifacts,
    });
    if (flag(given, "draft")) return output.result(draft, [`Draft ${application.productId} ${version} is saved.`]);
    const release = await client.releases.publish({ releaseId: draft.id });
    const lines = [`Published ${application.productId} ${release.version}: ${release.artifacts.map((one) => one.platform).join(", ")}.`];
    const name = textOption(given, "channel");
    if (name !== undefined) {
      const channel =
        application.channels.find((one) => one.name === name) ?? (await client.channels.create({ applicationId: application.id, name }));
      const moved = await client.channels.move({ channelId: channel.id, releaseId: release.id });
      lines.push(`${name} is at ${release.version}. Rollouts started: ${moved.rolloutIds.length}.`);
    }
    return output.result(release, lines);
  },
};

function progressLine({ phase, fileName, sentBytes, sizeBytes }: UploadProgress): string {
  if (phase !== "sending") return `${fileName}: ${phase} ${formatBytes(sizeBytes)}`;
  return `${fileName}: ${bar(sentBytes / sizeBytes)} ${formatBytes(sentBytes)} of ${formatBytes(sizeBytes)}`;
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

async function readRunSpec(path: string | undefined): Promise<RunSpec> {
  if (path === undefined) return runSpecSchema.parse({});
  try {
    return runSpecSchema.parse(JSON.parse(await readFile(path, "utf8")));
  } catch (cause) {
    throw new AppError(
      "INPUT_INVALID",
      `The run spec ${path} is not acceptable: ${cause instanceof Error ? cause.message.slice(0, 300) : "unreadable"}. Nothing was published.`,
      { cause },
    );
  }
}

/** `rollcall publish` */
export const publishCommands: readonly Command[] = [publish];
