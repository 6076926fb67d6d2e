import { AGENT_PATHS } from "#shared/protocol/limits.ts";
import { asVersion } from "./agent-bundle.ts";

/** What is wrong with a version of the agent. Each still says its version when it is asked. */
export type BundleFault = "throws at start" | "hangs before it serves" | "never reaches its control plane";

/** Printed by a version that hangs, once it does. */
export const HANGS = "this version hangs";

const FIRST_LINES: Partial<Record<BundleFault, string>> = {
  "throws at start": 'if (!process.argv.includes("--version")) throw new Error("broken");',
  "hangs before it serves": `if (!process.argv.includes("--version")) { process.stderr.write("${HANGS}\\n"); await new Promise((resolve) => setTimeout(resolve, 2 ** 31 - 1)); }`,
};

/** Replaces a text that must be there. */
function replaced(text: string, from: string, to: string): string {
  if (!text.includes(from)) throw new Error(`The bundle does not hold ${from}.`);
  return text.replaceAll(from, to);
}

/** The bundle of the agent as that of another version, with something wrong with it if asked. */
export function asFaultyVersion(bundle: string, version: string, fault?: BundleFault): string {
  const [shebang = "", ...rest] = asVersion(bundle, version).split("\n");
  const text = [shebang, ...(fault === undefined ? [] : [FIRST_LINES[fault] ?? ""]), ...rest].join("\n");
  if (fault !== "never reaches its control plane") return text;
  return [AGENT_PATHS.link, AGENT_PATHS.poll].reduce((changed, path) => replaced(changed, `"${path}"`, '"/nowhere"'), text);
}
