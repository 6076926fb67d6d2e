import "#main/node/guard.cjs";
import { parseArgs } from "node:util";
import { toAppError } from "#shared/errors/app-error.ts";
import { DEMO_STORES } from "./demo-store.ts";
import { startWorld, type DemoTerms, type DemoWorld } from "./demo-world.ts";
import { setUp } from "./setup.ts";
import { playStory } from "./story.ts";

const { values } = parseArgs({
  options: {
    unattended: { type: "boolean", default: false },
    port: { type: "string", default: "0" },
    store: { type: "string", default: "local" },
    trust: { type: "string", default: "server-held" },
  },
});
const startedAt = performance.now();
const say = (line: string): void => console.log(`${((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)} s  ${line}`);

async function attend(world: DemoWorld): Promise<void> {
  const link = await world.client.access.createLoginLink();
  const lines = [
    "",
    "The demo runs: six agents on this machine, each supervising a real web service at 1.0.0.",
    `  1. Open the console: ${link.url}`,
    "  2. Rollouts → Start rollout: choose Demo web 1.1.0 and watch it pass canary → early → everyone.",
    "  3. Start another one with 1.2.0, which crashes on start: it trips at the canary, which reverts by itself.",
    "  4. Roll back with one click, then read the audit.",
    `Ask a service yourself: ${world.hosts
      .map((host) => `curl 127.0.0.1:${host.port}`)
      .slice(0, 2)
      .join("   ")}`,
    "Ctrl-C ends everything and removes every file.",
  ];
  console.log(lines.join("\n"));
  await new Promise<void>((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
}

function readTerms(): DemoTerms | undefined {
  const store = DEMO_STORES.find((kind) => kind === values.store);
  const isTrust = values.trust === "server-held" || values.trust === "operator-held";
  return store === undefined || !isTrust ? undefined : { port: Number(values.port), store, operatorHeld: values.trust === "operator-held" };
}

function usage(): number {
  console.error(
    `Usage: npm run demo -- [--unattended] [--store ${DEMO_STORES.join("|")}] [--trust server-held|operator-held] [--port PORT]`,
  );
  return 2;
}

async function main(): Promise<number> {
  const terms = readTerms();
  if (terms === undefined) return usage();
  say("starting a throw-away control plane");
  const world = await startWorld(terms);
  say(
    `releases go to ${world.store.about}; ${terms.operatorHeld ? "two operators sign, and the control plane cannot" : "the control plane signs with its own keys"}`,
  );
  try {
    const setup = await setUp(world, say);
    if (!values.unattended) await attend(world);
    else {
      await playStory(world, setup, say);
      say("the story is told: every step was seen");
    }
    return 0;
  } catch (thrown) {
    const failure = toAppError(thrown);
    console.error(`\nThe demo failed: ${failure.message}${failure.code === "INTERNAL" ? ` (${String(failure.cause)})` : ""}`);
    return 1;
  } finally {
    await world.stop();
  }
}

process.exitCode = await main();
