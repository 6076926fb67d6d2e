import { AppError } from "#shared/errors/app-error.ts";
import type { ReleaseRow } from "#shared/contract/applications.ts";
import { deltaShare } from "#shared/domain/release/delta-words.ts";
import { deltasOf } from "#shared/domain/release/tree-delta.ts";
import { formatBytes } from "#shared/lib/format.ts";
import { flag, word } from "../arguments.ts";
import type { Arguments, Command } from "../command.ts";
import { deltaProgress, deltaTable } from "../delta-text.ts";
import { findNamedRelease } from "../lookup.ts";
import { table } from "../output.ts";

const show: Command = {
  words: ["release", "show"],
  summary: "Show a release with its files and deltas",
  usage: "rollcall release show PRODUCT-ID@VERSION",
  options: {},
  run: async ({ client, output }, given) => {
    const { application, release } = await findNamedRelease(client, word(given, 0, "The release"));
    output.result(release, [
      `${application.name} ${release.version}: ${release.state}`,
      "",
      ...table(
        ["PLATFORM", "FILE", "SIZE", "SHA-256"],
        release.artifacts.map((one) => [one.platform, one.fileName, formatBytes(one.sizeBytes), one.digests.sha256]),
        "No files.",
      ),
      "",
      ...table(["DELTA TO", "FROM", "SIZE", "OF FULL", "CODEC"], deltaRows(release), "No deltas: hosts fetch whole files."),
    ]);
  },
};

function deltaRows(release: ReleaseRow): readonly (readonly string[])[] {
  return release.artifacts.flatMap((artifact) =>
    deltasOf(artifact).map((one) => [
      artifact.platform,
      one.from.version,
      formatBytes(one.sizeBytes),
      deltaShare(one.sizeBytes, artifact.sizeBytes),
      one.codec,
    ]),
  );
}

const VERBS = ["pause", "resume", "retry", "skip"] as const;

const deltas: Command = {
  words: ["release", "deltas"],
  summary: "Show how deltas of a release are made; pause, resume, try again what failed, or publish without the rest",
  usage: "rollcall release deltas PRODUCT-ID@VERSION [--pause | --resume | --retry | --skip]",
  options: { pause: { type: "boolean" }, resume: { type: "boolean" }, retry: { type: "boolean" }, skip: { type: "boolean" } },
  run: async ({ client, output }, given) => {
    const { release } = await findNamedRelease(client, word(given, 0, "The release"));
    const wish = { releaseId: release.id };
    const verb = verbOf(given);
    const found = verb === undefined ? await client.deltas.get(wish) : await client.deltas[verb](wish);
    if (found === null) return output.result(null, [`No deltas were to be made for ${release.version}.`]);
    const { text } = deltaProgress(found);
    output.result(found, [found.state === "done" ? found.message : text, "", ...deltaTable(found.deltas)]);
  },
};

function verbOf(given: Arguments): (typeof VERBS)[number] | undefined {
  const wanted = VERBS.filter((verb) => flag(given, verb));
  if (wanted.length > 1) throw new AppError("INPUT_INVALID", "Give one of --pause, --resume, --retry and --skip; nothing was done.");
  return wanted[0];
}

/** `rollcall release show` and `rollcall release deltas` */
export const releaseShowCommands: readonly Command[] = [show, deltas];
