import { readNameFacts } from "#shared/domain/artifact/name-facts.ts";
import { pickArtifact, type Platform } from "#shared/domain/artifact/platform.ts";
import { AppError } from "#shared/errors/app-error.ts";

/** What lies beside programs and is none: signatures, checksums, bills of material, packages for package managers. */
const BESIDE =
  /(?:^(?:sha\d+sums?|checksums?)(?:\.txt)?$|[._-]checksums?\.txt$|\.(?:sha\d+(?:sums?)?|md5|sig|asc|pem|crt|minisig|sbom|json|jsonl|txt|md|deb|rpm|apk|msi|dmg)$)/i;

/** What is chosen for: a host, and what its configuration says of the name. */
export type FileWish = {
  readonly platform: Platform;
  /** With `*` for any characters. */
  readonly pattern: string | undefined;
  /** Which field of the configuration names a pattern, for people. */
  readonly field: "asset" | "file";
  /** What the files are of, for people: `v1.4.2 of acme/web`. */
  readonly what: string;
};

/**
 * Chooses the program among files that only have names: the one that the pattern names, or the one whose name says this
 * host's system and machine. A file alone is the one.
 *
 * @throws AppError INPUT_INVALID when none fits or several do: a host does not guess what it runs.
 */
export function chooseFile<F extends { readonly name: string }>(files: readonly F[], { platform, pattern, field, what }: FileWish): F {
  const asked = files.filter((one) => pattern === undefined || matches(one.name, pattern));
  const programs = asked.filter((one) => !BESIDE.test(one.name));
  // Whoever names a file by a pattern may mean one that looks like none.
  const named = programs.length === 0 && pattern !== undefined ? asked : programs;
  const fitting = named.flatMap((file) => {
    const { platform: said } = readNameFacts(file.name);
    return said === undefined ? [] : [{ platform: said, file }];
  });
  const exact = pickArtifact(fitting, platform);
  const best = exact && fitting.filter((one) => one.platform === exact.platform).map((one) => one.file);
  const [only, ...others] = best ?? (fitting.length > 0 && pattern === undefined ? [] : named);
  if (only !== undefined && others.length === 0) return only;
  const names = (only === undefined ? files : [only, ...others])
    .map((one) => one.name)
    .join(", ")
    .slice(0, 300);
  const found = only === undefined ? `has no file for ${platform}` : "has several files that may be the program";
  throw new AppError(
    "INPUT_INVALID",
    `${what} ${found} (${names === "" ? "none" : names}); name it with "${field}". Nothing was installed.`,
  );
}

function matches(name: string, pattern: string): boolean {
  const parts = pattern.split("*").map((part) => part.replaceAll(/[\\^$.|?+()[\]{}]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(name);
}
