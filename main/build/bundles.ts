import { builtinModules } from "node:module";
import { join } from "node:path";
import type { InlineConfig } from "vite";
import { asciiOnly } from "./ascii-only.ts";
import { ROOT } from "./checks.ts";
import { embedHolder } from "./embed-holder.ts";

/** One file that Node or Electron runs, made of an entry and everything it imports. */
export type Bundle = {
  readonly name: string;
  readonly entry: string;
  /** Path below `dist/`. */
  readonly output: string;
  /** A sandboxed preload cannot be an ES module; everything else is one. */
  readonly format: "es" | "cjs";
  /** What is imported on demand stays a file of its own, beside the output. */
  readonly isSplit?: boolean;
  /** It carries the program of the holder of sockets within itself. */
  readonly hasHolder?: true;
};

/**
 * Every bundle of the product beside the console, which Vite builds from `renderer/index.html`. The client is a library: applications import it. The server is a command
 * of the CLI; split, the other commands run on machines without the native module of its database.
 */
export const BUNDLES: readonly Bundle[] = [
  { name: "agent", entry: "main/agent/main.ts", output: "agent/rollcall-agent.js", format: "es", hasHolder: true },
  { name: "client", entry: "main/application/rollcall-client.ts", output: "application/rollcall-client.js", format: "es" },
  // For applications: a plain file that they take along.
  { name: "drain", entry: "main/drain/drain.ts", output: "drain/rollcall-drain.js", format: "es" },
  { name: "cli", entry: "main/cli/main.ts", output: "cli/rollcall.js", format: "es", isSplit: true },
  { name: "delta", entry: "main/adapters/delta-process/delta-program.ts", output: "delta/rollcall-delta.js", format: "es" },
  { name: "desktop", entry: "main/desktop/entry.ts", output: "desktop/entry.js", format: "es" },
  { name: "control-plane", entry: "main/desktop/host/control-plane-process.ts", output: "desktop/control-plane-process.js", format: "es" },
  { name: "desktop-delta", entry: "main/desktop/host/delta-program.ts", output: "desktop/delta-process.js", format: "es" },
  { name: "preload", entry: "preload/index.ts", output: "preload/index.cjs", format: "cjs" },
];

/** Stays a package: a native module is loaded from its own folder, and Electron is the program that runs us. */
const EXTERNAL = ["better-sqlite3", "electron"];

/** How Vite makes one bundle: our code and the packages it needs in one file, for the Node that Electron 45 has, too. */
export function bundleConfig(bundle: Bundle): InlineConfig {
  const slash = bundle.output.lastIndexOf("/");
  return {
    configFile: false,
    root: ROOT,
    logLevel: "warn",
    define: { "process.env.NODE_ENV": JSON.stringify("production") },
    plugins:
      bundle.hasHolder === true
        ? [embedHolder((entry) => bundleConfig({ name: "holder", entry, output: "agent/holder.mjs", format: "es" })), asciiOnly()]
        : [],
    ssr: { noExternal: true, external: EXTERNAL, target: "node" },
    build: {
      ssr: join(ROOT, bundle.entry),
      target: "node24",
      outDir: join(ROOT, "dist", bundle.output.slice(0, slash)),
      // Two bundles share the folder of the desktop.
      emptyOutDir: bundle.isSplit ?? false,
      minify: false,
      sourcemap: true,
      rolldownOptions: {
        external: [...EXTERNAL, ...builtinModules, /^node:/],
        output: {
          format: bundle.format,
          entryFileNames: bundle.output.slice(slash + 1),
          // In the same folder, since code finds the files it needs from where it lies.
          chunkFileNames: "[name].js",
          codeSplitting: bundle.isSplit ?? false,
        },
      },
    },
  };
}
