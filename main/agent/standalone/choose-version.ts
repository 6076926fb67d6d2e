import { compareSemver } from "#shared/lib/semver.ts";
import type { SourceOffer } from "./release-source.ts";
import type { StandaloneApplication } from "./standalone-config.ts";

/** What a source offers now: a version, or why there is none. */
export type VersionChoice = { readonly version: string } | { readonly none: string };

const isPrerelease = (version: string): boolean => /^\d+\.\d+\.\d+-/.test(version);

/**
 * Chooses the version that the configuration follows. Never below what serves: a source that shows an old index must not
 * take a host back, which is for the application or a person to ask.
 */
export function chooseVersion(
  { versions: offered, channels, isUnordered = false }: SourceOffer,
  { follow, prereleases }: Pick<StandaloneApplication, "follow" | "prereleases">,
  current: string | undefined,
): VersionChoice {
  if (follow === "manual") return { none: "updates are begun by the application alone" };
  const wanted =
    follow === "latest"
      ? offered
          .filter((one) => prereleases || !(one.isPrerelease === true || isPrerelease(one.version)))
          .map((one) => one.version)
          .toSorted((left, right) => compareSemver(right, left))[0]
      : channels[follow.channel];
  if (wanted === undefined || !offered.some((one) => one.version === wanted))
    return { none: follow === "latest" ? "the source has no version yet" : `the source has no channel ${follow.channel}` };
  if (!isUnordered && current !== undefined && compareSemver(wanted, current) < 0)
    return { none: `the source offers ${wanted}, which is older than ${current} that serves` };
  return { version: wanted };
}
