import { isSemver } from "../../lib/semver.ts";

/** The tag of a version in registries: `+` is no character of a tag, and `_` none of a version, so the two never collide. */
export function tagOfVersion(version: string): string {
  return version.replaceAll("+", "_");
}

/**
 * The version that a tag stands for, ours or another tool's: with or without `v`, with `_` in place of `+`. Undefined
 * for every other tag, such as a channel.
 */
export function versionOfTag(tag: string): string | undefined {
  const version = tag.replace(/^v(?=\d)/, "").replaceAll("_", "+");
  return isSemver(version) ? version : undefined;
}
