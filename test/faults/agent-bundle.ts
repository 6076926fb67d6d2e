import { join } from "node:path";
import { build } from "vite";
import { AGENT_VERSION } from "#main/agent/agent-version.ts";
import { BUNDLES, bundleConfig } from "#main/build/bundles.ts";

/** Builds the agent as it is shipped into `folder`, since a run from its sources takes three times as long to start. */
export async function buildAgent(folder: string): Promise<string> {
  const bundle = BUNDLES.find(({ name }) => name === "agent");
  if (bundle === undefined) throw new Error("There is no bundle of the agent.");
  const config = bundleConfig(bundle);
  await build({ ...config, build: { ...config.build, outDir: folder, emptyOutDir: false } });
  return join(folder, bundle.output.slice(bundle.output.lastIndexOf("/") + 1));
}

/** The bundle of the agent as that of another version. */
export function asVersion(bundle: string, version: string): string {
  const own = `version: "${AGENT_VERSION}"`;
  if (!bundle.includes(own)) throw new Error("The bundle does not say its version where it is looked for.");
  return bundle.replaceAll(own, `version: "${version}"`);
}
