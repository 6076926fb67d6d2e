import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { WantedRelease } from "../publication/publication-fixture.ts";
import { PRODUCT } from "../release/release-fixture.ts";

/** Puts a release onto a shelf as another tool would: files in a folder of its version. */
export async function putRelease(shelf: string, version: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  const folder = join(shelf, PRODUCT, version);
  await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
}

/** Says with `SHA256SUMS` what the files of a release are, as other tools do. */
export async function putSums(shelf: string, version: string, sums: Readonly<Record<string, string>>): Promise<void> {
  const lines = Object.entries(sums).map(([name, sha256]) => `${sha256}  ${name}\n`);
  await writeFile(join(shelf, PRODUCT, version, "SHA256SUMS"), lines.join(""));
}

/** A release that is to become a draft of its own version, each file for a platform of its own. */
export function wanted(version: string, ...names: readonly string[]): Omit<WantedRelease, "storeId" | "publicKeys"> {
  const platforms = ["linux/amd64", "linux/arm64", "darwin/arm64"];
  return { reference: version, version, files: names.map((name, at) => ({ name, platform: platforms[at] ?? "any" })) };
}
