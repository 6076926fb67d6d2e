import compare from "semver/functions/compare.js";
import parse from "semver/functions/parse.js";

/** True for a strict SemVer 2.0.0 string: no leading `v`, no range, at most 128 characters. */
export function isSemver(text: string): boolean {
  const parsed = text.length <= 128 ? parse(text) : null;
  // Why not `raw`: the parser takes `v1.0.0` and outer spaces, and `raw` repeats them.
  return parsed !== null && [parsed.version, ...(parsed.build.length > 0 ? [parsed.build.join(".")] : [])].join("+") === text;
}

/** SemVer 2.0.0 precedence, section 11: negative when `left` is older. Build metadata does not count. */
export function compareSemver(left: string, right: string): number {
  return compare(left, right);
}

/**
 * The first strict version that stands in a file name (`demo-1.4.2-linux-amd64` gives `1.4.2`), or undefined.
 * A platform or an architecture behind the version (`-linux`, `.x86_64`) is not taken for a pre-release.
 */
export function semverInFileName(fileName: string): string | undefined {
  const found = /(?:^|[^0-9.])v?(\d{1,9}\.\d{1,9}\.\d{1,9}(?:-(?:alpha|beta|rc|pre|next|dev)(?:[.-]?\d{1,9})?)?)(?![0-9])/i.exec(fileName);
  return found?.[1] !== undefined && isSemver(found[1]) ? found[1] : undefined;
}
