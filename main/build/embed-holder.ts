import { join } from "node:path";
import { build, type InlineConfig, type Plugin } from "vite";
import { ROOT } from "./checks.ts";

const HOLDER_ENTRY = "main/agent/sockets/hold-sockets.ts";
const PLACE = join(ROOT, "main/agent/sockets/holder-text.ts");

async function bundled(config: InlineConfig): Promise<string> {
  const built = await build({ ...config, build: { ...config.build, write: false, minify: true, sourcemap: false } });
  const [output] = [built].flat().flatMap((one) => ("output" in one ? one.output : []));
  if (output?.type !== "chunk") throw new Error(`${HOLDER_ENTRY} did not become one file.`);
  return output.code;
}

/**
 * Puts the holder of sockets, as a bundle of its own, into the agent's as a text. An agent's release is one file, and a
 * holder that ran that file would load all of it.
 *
 * @param configOf the configuration for a bundle of this entry, below the root.
 */
export function embedHolder(configOf: (entry: string) => InlineConfig): Plugin {
  return {
    name: "rollcall:embed-holder",
    async load(id) {
      if (id !== PLACE) return undefined;
      return `export const HOLDER_TEXT = ${JSON.stringify(await bundled(configOf(HOLDER_ENTRY)))};\n`;
    },
  };
}
