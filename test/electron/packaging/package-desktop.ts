import { execFile } from "node:child_process";
import { appendFile, copyFile, cp, mkdir, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { build } from "vite";
import { bundleConfig, BUNDLES } from "#main/build/bundles.ts";
import { fuseWire } from "./fuse-wire.ts";

const SHIPPED = ["desktop", "control-plane", "preload"];

/** A copy of what the builder reads of this checkout, with freshly made bundles and a stand-in for the console's page. */
async function projectFolder(folder: string): Promise<string> {
  const project = join(folder, "project");
  await mkdir(join(project, "dist/renderer/assets"), { recursive: true });
  for (const file of ["package.json", "package-lock.json", "electron-builder.yml", "LICENSE"]) await copyFile(file, join(project, file));
  await cp("main/desktop/resources", join(project, "main/desktop/resources"), { recursive: true });
  await symlink(resolve("node_modules"), join(project, "node_modules"), "dir");
  for (const bundle of BUNDLES.filter(({ name }) => SHIPPED.includes(name))) {
    const config = bundleConfig(bundle);
    await build({ ...config, build: { ...config.build, outDir: join(project, "dist", bundle.output.split("/")[0] ?? "") } });
  }
  await writeFile(join(project, "dist/renderer/index.html"), "<title>Rollcall</title>");
  await writeFile(join(project, "dist/renderer/assets/index.js.map"), "{}");
  return project;
}

/** A folder as Electron's archive has it, whose program is this Node with Electron's fuse wire behind it. */
async function standInDist(folder: string): Promise<string> {
  const dist = join(folder, "electron-dist");
  await mkdir(join(dist, "resources"), { recursive: true });
  await mkdir(join(dist, "locales"));
  await copyFile(process.execPath, join(dist, "electron"));
  await appendFile(join(dist, "electron"), fuseWire());
  await writeFile(join(dist, "version"), "45.4.1");
  return dist;
}

/** Packages the desktop with the real builder and configuration, `--dir` only, and answers the folder of the application. */
export async function packageDesktop(folder: string): Promise<string> {
  const [project, dist] = await Promise.all([projectFolder(folder), standInDist(folder)]);
  const builder = createRequire(import.meta.url).resolve("electron-builder/cli.js");
  const output = join(folder, "packages");
  const args = [
    "--dir",
    "--linux",
    "--publish",
    "never",
    "--projectDir",
    project,
    `-c.electronDist=${dist}`,
    `-c.directories.output=${output}`,
  ];
  await promisify(execFile)(process.execPath, [builder, ...args], { cwd: project, maxBuffer: 64 * 1024 * 1024 });
  return join(output, process.arch === "arm64" ? "linux-arm64-unpacked" : "linux-unpacked");
}
