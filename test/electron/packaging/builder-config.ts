import { createRequire } from "node:module";
import { resolve } from "node:path";

/** electron-builder's configuration, as far as tests look into it. */
export type BuilderConfig = {
  readonly files: readonly string[];
  readonly electronFuses: Readonly<Record<string, boolean>>;
  readonly linux: { readonly target: readonly string[] };
  readonly mac: { readonly target: readonly string[] };
  readonly win: { readonly target: readonly string[] };
  readonly [option: string]: unknown;
};

type ConfigModule = {
  getConfig(folder: string, file: string, overrides: undefined): Promise<BuilderConfig>;
  validateConfiguration(config: unknown, log: unknown): Promise<void>;
};

const fromBuilder = createRequire(createRequire(import.meta.url).resolve("electron-builder/package.json"));
// Why the casts: the builder's library is loaded through the builder, whose dependency it is; these are its own signatures.
const library = fromBuilder("app-builder-lib/out/util/config/config") as ConfigModule;
const { DebugLogger } = fromBuilder("builder-util") as { DebugLogger: new (enabled: boolean) => unknown };

/** Reads electron-builder.yml of this checkout, with the builder's own reader. */
export const readBuilderConfig = (): Promise<BuilderConfig> => library.getConfig(resolve("."), "electron-builder.yml", undefined);

/** Holds a configuration against the builder's own schema; rejects with what it does not know. */
export const validateBuilderConfig = (config: unknown): Promise<void> => library.validateConfiguration(config, new DebugLogger(false));
