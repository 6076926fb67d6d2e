import { semverInFileName } from "../../lib/semver.ts";
import type { Architecture } from "./header-facts.ts";
import type { Platform } from "./platform.ts";

/** What a file's name suggests. Suggestions only: the header wins, and people have the last word. */
export type NameFacts = { readonly name?: string; readonly version?: string; readonly platform?: Platform };

const SYSTEMS: Readonly<Record<string, string>> = {
  linux: "linux",
  darwin: "darwin",
  macos: "darwin",
  osx: "darwin",
  apple: "darwin",
  windows: "windows",
  win: "windows",
  win32: "windows",
  win64: "windows",
  freebsd: "freebsd",
};
const ARCHITECTURES: Readonly<Record<string, Architecture>> = {
  amd64: "amd64",
  x86_64: "amd64",
  x64: "amd64",
  arm64: "arm64",
  aarch64: "arm64",
  arm: "arm",
  armv6: "arm",
  armv7: "arm",
  armhf: "arm",
  "386": "386",
  i386: "386",
  i686: "386",
  x86: "386",
  riscv64: "riscv64",
  ppc64le: "ppc64le",
  s390x: "s390x",
};
const LIBCS: Readonly<Record<string, string>> = { musl: "musl", gnu: "gnu", glibc: "gnu" };
/** Vendors and ABIs of target triples, which are no part of a name. */
const NOISE = new Set(["unknown", "pc", "msvc", "gnueabihf", "musleabihf", "static", "universal"]);
const EXTENSIONS = /(?:\.(?:exe|bin|run|sh|tar|tgz|gz|zst|zip|xz|bz2|appimage))+$/i;

/** Reads `web-1.4.2-linux-amd64.tar.gz` as name `web`, version `1.4.2`, platform `linux/amd64`. */
export function readNameFacts(fileName: string): NameFacts {
  const stem = fileName.replace(EXTENSIONS, "");
  const version = semverInFileName(stem);
  const rest = version === undefined ? stem : stem.replace(new RegExp(`[-_.]?v?${version.replaceAll(".", "\\.")}`), "-");
  // Why the placeholder: x86_64 is one word although the underscore parts words elsewhere.
  const words = rest
    .replaceAll(/x86_64/gi, "x64")
    .split(/[-_.+ ]+/)
    .filter((word) => word !== "");
  const platform = platformOf(words.map((word) => word.toLowerCase()));
  const name = words
    .filter((word, index) => index === 0 || !isPlatformWord(word.toLowerCase()))
    .join("-")
    .slice(0, 80);
  return {
    ...(name === "" || version === name ? {} : { name }),
    ...(version === undefined ? {} : { version }),
    ...(platform === undefined ? {} : { platform }),
  };
}

function platformOf(words: readonly string[]): Platform | undefined {
  const pick = <V>(table: Readonly<Record<string, V>>): V | undefined =>
    words.flatMap((word) => (Object.hasOwn(table, word) ? [table[word]] : []))[0];
  const system = pick(SYSTEMS);
  const architecture = pick(ARCHITECTURES);
  if (system === undefined || architecture === undefined) return undefined;
  const libc = system === "linux" ? pick(LIBCS) : undefined;
  return `${system}/${architecture}${libc === undefined ? "" : `+${libc}`}`;
}

function isPlatformWord(word: string): boolean {
  return Object.hasOwn(SYSTEMS, word) || Object.hasOwn(ARCHITECTURES, word) || Object.hasOwn(LIBCS, word) || NOISE.has(word);
}
