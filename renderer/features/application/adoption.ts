import type { FoundReleaseDetailRow, FoundReleaseRow } from "#shared/contract/stores.ts";
import type { Adoption } from "#shared/domain/adoption/adoption.ts";
import { platform as platformSchema } from "#shared/domain/artifact/platform.ts";
import { readNameFacts } from "#shared/domain/artifact/name-facts.ts";
import { isSemver } from "#shared/lib/semver.ts";

/** Which files of a found release become artifacts, by name, with what they run on; a file that is not here is left out. */
export type ChosenFiles = Readonly<Record<string, string>>;

/** What to begin with: every file whose platform the store or its name tells. Checksums and signatures tell none. */
export function suggestFiles(files: FoundReleaseDetailRow["files"]): ChosenFiles {
  return Object.fromEntries(
    files.flatMap(({ name, platform }) => {
      const found = platform ?? readNameFacts(name).platform;
      return found === undefined ? [] : [[name, found]];
    }),
  );
}

/** What stands in the way of adopting, or undefined. */
export function adoptionProblem(version: string, files: ChosenFiles): string | undefined {
  const platforms = Object.values(files);
  if (!isSemver(version)) return "The draft needs a semantic version, such as 1.4.2.";
  if (platforms.length === 0) return "Choose at least one file, and say what it runs on.";
  if (platforms.some((one) => !platformSchema.safeParse(one).success))
    return "Every chosen file needs a platform such as linux/amd64, or any.";
  const twice = platforms.find((one, at) => platforms.indexOf(one) !== at);
  return twice === undefined ? undefined : `Two files are for ${twice}; a release has one per platform.`;
}

/** How a found release stands to what we have. */
export function foundWords({ isOurs, releaseId }: FoundReleaseRow): string {
  if (releaseId !== undefined) return isOurs ? "here already" : "this version is here already";
  return isOurs ? "made by Rollcall" : "made by another tool";
}

/** One public key a line, in any form that the control plane reads (raw base64url, or PEM); blank lines part PEMs. */
export function readPublicKeys(text: string): string[] {
  const pems = text.match(/-----BEGIN [^-]+-----[^-]+-----END [^-]+-----/g) ?? [];
  const rest = text.replaceAll(/-----BEGIN [^-]+-----[^-]+-----END [^-]+-----/g, "");
  const raw = rest
    .split(/\s+/)
    .map((one) => one.trim())
    .filter((one) => one !== "");
  return [...pems, ...raw].slice(0, 16);
}

/** What the page shows: those that have not ended, and the one that the URL names, whatever became of it. */
export function shownAdoptions(adoptions: readonly Adoption[], named: string | null): readonly Adoption[] {
  return adoptions.filter(({ id, state }) => id === named || (state !== "completed" && state !== "cancelled"));
}
