import type { FileComparison, ReleaseComparison } from "#shared/domain/release/comparison.ts";
import { formatBytes } from "#shared/lib/format.ts";
import { textOption, word } from "../arguments.ts";
import type { Command } from "../command.ts";
import { findNamedRelease, findRelease } from "../lookup.ts";

const compare: Command = {
  words: ["release", "compare"],
  summary: "Show what a release changes: sizes, libraries, archive entries, run spec",
  usage: "rollcall release compare PRODUCT-ID@VERSION [--against VERSION]",
  options: { against: { type: "string" } },
  run: async ({ client, output }, given) => {
    const name = word(given, 0, "The release");
    const { application, release } = await findNamedRelease(client, name);
    const version = textOption(given, "against");
    const against = version === undefined ? undefined : await findRelease(client, application, version);
    const found = await client.releases.compare({ releaseId: release.id, ...(against && { againstReleaseId: against.id }) });
    return output.result(found, comparisonLines(name, found));
  },
};

/** What differs, a line each; said in one line when there is nothing to compare with. */
function comparisonLines(name: string, { against, files, runSpec }: ReleaseComparison): readonly string[] {
  if (against === undefined) return [`${name} is the first release; there is nothing to compare it with.`];
  return [
    `${name} compared with ${against.version}:`,
    ...files.flatMap(fileLines),
    ...(runSpec.length === 0
      ? ["  run spec: unchanged"]
      : runSpec.map((one) => `  run spec ${one.field}: ${one.before ?? "-"} → ${one.after ?? "-"}`)),
  ];
}

function fileLines({ before, after, isSame, librariesAdded, librariesRemoved, entries }: FileComparison): readonly string[] {
  const platform = (after ?? before)?.platform ?? "";
  if (before === undefined || after === undefined) return [`  ${platform}: ${before === undefined ? "new" : "gone"}`];
  if (isSame) return [`  ${platform}: the same bytes`];
  return [
    `  ${platform}: ${formatBytes(before.sizeBytes)} → ${formatBytes(after.sizeBytes)}`,
    ...librariesRemoved.map((one) => `    - ${one}`),
    ...librariesAdded.map((one) => `    + ${one}`),
    ...(entries === undefined ? [] : [`    entries: ${entries.added} added, ${entries.removed} removed, ${entries.changed} changed`]),
  ];
}

/** `rollcall release …` */
export const compareCommands: readonly Command[] = [compare];
