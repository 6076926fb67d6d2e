/** `npm run build [NAME…]`: makes `dist/`: the console and every bundle, or those that are named. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { build } from "vite";
import { bundleConfig, BUNDLES } from "./bundles.ts";
import { ROOT } from "./checks.ts";
import { ensureRenderer } from "./renderer-build.ts";

const wanted = process.argv.slice(2);
const known = ["renderer", ...BUNDLES.map(({ name }) => name)];
const unknown = wanted.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`There is no bundle named ${unknown.join(", ")}; nothing was built. Known: ${known.join(", ")}.`);
  process.exit(2);
}

const isWanted = (name: string): boolean => wanted.length === 0 || wanted.includes(name);
const report = (name: string, words: string, started: number): void =>
  console.log(`${name.padEnd(14)} ${words.padEnd(12)} ${((performance.now() - started) / 1000).toFixed(1)} s`);

if (isWanted("renderer")) {
  const started = performance.now();
  report("renderer", await ensureRenderer({ log: () => undefined }), started);
}
for (const bundle of BUNDLES.filter(({ name }) => isWanted(name))) {
  const started = performance.now();
  await build(bundleConfig(bundle));
  const { size } = await stat(join(ROOT, "dist", bundle.output));
  report(bundle.name, `${Math.ceil(size / 1024)} KiB`, started);
}
