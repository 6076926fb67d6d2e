import { builtinModules } from "node:module";
import { dirname, join } from "node:path";
import { build } from "vite";
import { buildAgent } from "./agent-bundle.ts";
import { INJECTION_VARIABLE, type Injection } from "./fault.ts";

const INJECTOR = "injector.js";

/**
 * Builds the agent as it is shipped, and beside it what is loaded before it to cut it. From its sources, that would take
 * each start more time than the agent itself takes. @returns the path of the agent.
 */
export async function buildInjectedProgram(folder: string): Promise<string> {
  await build({
    configFile: false,
    logLevel: "warn",
    ssr: { noExternal: true, target: "node" },
    build: {
      ssr: join(import.meta.dirname, "inject/register.ts"),
      target: "node24",
      outDir: folder,
      emptyOutDir: false,
      minify: false,
      rolldownOptions: { external: [...builtinModules, /^node:/], output: { format: "es", entryFileNames: INJECTOR } },
    },
  });
  return buildAgent(folder);
}

/** What is loaded before a program that {@link buildInjectedProgram} built. */
export function injectorOf(program: string): string {
  return join(dirname(program), INJECTOR);
}

/** The environment that a run of it is given. Its code is compiled once, by the first run that ends in order. */
export function injectedEnvironment(program: string, injection: Injection): NodeJS.ProcessEnv {
  return { ...process.env, [INJECTION_VARIABLE]: JSON.stringify(injection), NODE_COMPILE_CACHE: join(dirname(program), "compiled") };
}
