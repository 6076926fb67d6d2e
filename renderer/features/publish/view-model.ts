import type { ApplicationRow, KnownBytes, ReleaseRow } from "#shared/contract/applications.ts";
import { platform as platformSchema } from "#shared/domain/artifact/platform.ts";
import type { RunSpec } from "#shared/domain/release/run-spec.ts";
import { runSpec } from "#shared/domain/release/run-spec.ts";
import { formatBytes } from "#shared/lib/format.ts";
import { compareSemver, isSemver } from "#shared/lib/semver.ts";
import type { DraftApplication, DraftFile, PublishDraft, RunSpecForm } from "../../stores/publish-store.ts";
import { readRunSpecForm, toRunSpecForm } from "./run-spec-form.ts";
import type { RunSpecProblems } from "./run-spec-reading.ts";

/** A fact that can be overruled, with where it comes from as words; nothing was found out when `value` is undefined. */
export type Fact<V> = { readonly value: V | undefined; readonly from: string };

const CHOSEN = "chosen by you";

/** What a file runs on. */
export function platformsOf(file: DraftFile): Fact<readonly string[]> {
  if (file.platforms !== undefined) return { value: file.platforms, from: CHOSEN };
  const several = file.inspection?.platforms;
  if (several !== undefined) return { value: several.value, from: `from the ${several.from}` };
  const found = file.inspection?.platform;
  return found === undefined ? { value: undefined, from: "" } : { value: [found.value], from: `from the ${found.from}` };
}

/** The version of the release: as typed, else the first that a file's name carries. */
export function versionOf(draft: Pick<PublishDraft, "version" | "files">): Fact<string> {
  if (draft.version !== undefined) return { value: draft.version, from: CHOSEN };
  const file = draft.files.find((one) => one.inspection?.version !== undefined);
  const found = file?.inspection?.version;
  return found === undefined
    ? { value: undefined, from: "" }
    : { value: found.value, from: `from the ${found.from} ${file?.fileName ?? ""}` };
}

/** The application: as chosen, else the one whose name or product id a file's name carries. */
export function applicationOf(
  draft: Pick<PublishDraft, "application" | "files">,
  applications: readonly ApplicationRow[],
): Fact<DraftApplication> {
  if (draft.application !== undefined) return { value: draft.application, from: CHOSEN };
  for (const file of draft.files) {
    const name = file.inspection?.name?.value.toLowerCase();
    const found = applications.filter((one) => name !== undefined && wordsOf(one).includes(name));
    if (found.length === 1 && found[0] !== undefined)
      return { value: { kind: "known", id: found[0].id }, from: `from the file name ${file.fileName}` };
  }
  const only = applications[0];
  if (applications.length === 1 && only !== undefined) return { value: { kind: "known", id: only.id }, from: "the only application" };
  return { value: undefined, from: "" };
}

const wordsOf = (one: ApplicationRow): readonly string[] => [
  one.name.toLowerCase().replaceAll(/\s+/g, "-"),
  one.productId,
  one.productId.split(".").at(-1) ?? "",
];

/** What to start with when the application is registered along with its first release. */
export function suggestApplication(files: readonly DraftFile[]): { readonly productId: string; readonly name: string } {
  const name = files.find((file) => file.inspection?.name !== undefined)?.inspection?.name?.value ?? "";
  const slug = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
  return {
    productId: slug === "" ? "" : `org.example.${slug}`,
    name: name === "" ? "" : `${name[0]?.toUpperCase() ?? ""}${name.slice(1)}`,
  };
}

/** The newest published release of an application: what a new one is compared with and starts from. */
export function newestOf(releases: readonly ReleaseRow[]): ReleaseRow | undefined {
  return releases.filter((one) => one.state === "published").toSorted((left, right) => compareSemver(right.version, left.version))[0];
}

/** What a host runs, and where that was taken from. */
export type RunSpecDraft = {
  readonly form: RunSpecForm;
  readonly spec: RunSpec | undefined;
  readonly problems: RunSpecProblems;
  readonly from: string;
};

/** The run spec: as edited, else that of the newest release, else the defaults. */
export function runSpecOf(edited: RunSpecForm | undefined, newest: ReleaseRow | undefined): RunSpecDraft {
  const form = edited ?? toRunSpecForm(newest?.runSpec ?? runSpec.parse({}));
  const reading = readRunSpecForm(form);
  const from = edited !== undefined ? "edited" : newest === undefined ? "the defaults" : `as in ${newest.version}`;
  return { form, spec: reading.spec, problems: reading.problems ?? {}, from };
}

/** What is wrong with the version, or undefined. */
export function versionProblem(version: string | undefined, releases: readonly ReleaseRow[]): string | undefined {
  if (version === undefined || version === "") return "A release needs a version.";
  if (!isSemver(version)) return "A semantic version, such as 1.4.2 or 2.0.0-rc.1.";
  const taken = releases.find((one) => one.version === version);
  if (taken === undefined) return undefined;
  return taken.state === "draft" ? `There is a draft of ${version} already.` : `${version} exists already; versions are never used twice.`;
}

/** What is worth knowing about the version although nothing is wrong with it. */
export function versionNote(version: string | undefined, newest: ReleaseRow | undefined): string | undefined {
  if (version === undefined || newest === undefined || !isSemver(version)) return undefined;
  return compareSemver(version, newest.version) < 0 ? `It is older than ${newest.version}, which is published.` : undefined;
}

/** What is wrong with the platforms of a file, or undefined. */
export function platformProblem(file: DraftFile, files: readonly DraftFile[]): string | undefined {
  const own = platformsOf(file).value ?? [];
  if (own.length === 0) return "Say which platform it runs on, or take the file out.";
  const wrong = own.find((one) => !platformSchema.safeParse(one).success);
  if (wrong !== undefined) return `“${wrong}” is no platform; write one such as linux/amd64, or any.`;
  const twice = own.find((one) => files.some((other) => other.key !== file.key && (platformsOf(other).value ?? []).includes(one)));
  return twice === undefined ? undefined : `Two files are for ${twice}; a release has one per platform.`;
}

/** The platforms of a file that another file of the draft has as well. */
export function contestedPlatforms(file: DraftFile, files: readonly DraftFile[]): readonly string[] {
  const others = new Set(files.filter((one) => one.key !== file.key).flatMap((one) => platformsOf(one).value ?? []));
  return (platformsOf(file).value ?? []).filter((one) => others.has(one));
}

/** What becomes of the other files when one is preferred: their platforms without the contested ones; empty takes a file out. */
export function settleFor(preferred: DraftFile, files: readonly DraftFile[]): ReadonlyMap<string, readonly string[]> {
  const contested = contestedPlatforms(preferred, files);
  const losers = files.filter(
    (one) => one.key !== preferred.key && contestedPlatforms(one, files).some((platform) => contested.includes(platform)),
  );
  return new Map(losers.map((one) => [one.key, (platformsOf(one).value ?? []).filter((platform) => !contested.includes(platform))]));
}

/** Where these bytes are already: in a release, or under another name earlier in this draft. Undefined when they are new. */
export function sameBytesAs(file: DraftFile, files: readonly DraftFile[], known: readonly KnownBytes[]): string | undefined {
  if (file.sha256 === undefined) return undefined;
  const twin = files.find((one) => one.sha256 === file.sha256);
  if (twin !== undefined && twin.key !== file.key) return `the same bytes as ${twin.fileName}`;
  const own = platformsOf(file).value ?? [];
  const matches = known.filter((one) => one.sha256 === file.sha256);
  const found = matches.find((one) => own.includes(one.platform)) ?? matches[0];
  return found === undefined ? undefined : `the same bytes as ${found.applicationName} ${found.version} ${found.platform}`;
}

/** Files that are there but of no use to a release: nothing says what they run on. */
export function unplacedFiles(files: readonly DraftFile[]): readonly DraftFile[] {
  return files.filter((file) => file.inspection !== undefined && (platformsOf(file).value ?? []).length === 0);
}

/** How a file compares with the newest release's file for the same platform. */
export function compareWithNewest(file: DraftFile, newest: ReleaseRow | undefined): string | undefined {
  const before = newest?.artifacts.find((one) => platformsOf(file).value?.includes(one.platform) === true);
  if (newest === undefined || before === undefined || file.sizeBytes === undefined) return undefined;
  // Said by {@link sameBytesAs}, which knows of every release.
  if (file.sha256 === before.digests.sha256) return undefined;
  const change = file.sizeBytes - before.sizeBytes;
  if (change === 0) return `as large as in ${newest.version}, other bytes`;
  return `${formatBytes(Math.abs(change))} ${change > 0 ? "more" : "less"} than in ${newest.version}`;
}

/** How to publish from a shell; a test holds it to what the CLI understands. */
export const PUBLISH_CLI = "rollcall publish org.example.web ./web-1.4.2-linux-amd64 --version 1.4.2";

/** The same as a command line. Files that are for several platforms are named once for each. */
export function cliOf(
  plan: {
    readonly productId: string;
    readonly version: string;
    readonly platforms: readonly string[];
    readonly channel: { readonly name: string } | undefined;
    readonly deltas?: boolean | undefined;
  },
  fileNames: readonly string[],
): string {
  const files = fileNames.map((name, at) => {
    const platform = fileNames.length === plan.platforms.length ? plan.platforms[at] : undefined;
    return quoteWord(`./${name}${platform === undefined ? "" : `@${platform}`}`);
  });
  return [
    "rollcall publish",
    plan.productId,
    ...files,
    "--version",
    plan.version,
    ...(plan.channel === undefined ? [] : ["--channel", plan.channel.name]),
    ...(plan.deltas === undefined ? [] : [plan.deltas ? "--deltas" : "--no-deltas"]),
  ].join(" ");
}

const quoteWord = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
