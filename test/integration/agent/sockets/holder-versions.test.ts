import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { startLoad } from "#main/demo/steady-load.ts";
import { agentBundle } from "../agent-bundles.ts";
import { holderPids, servicePids, versionAt, type AgentProcess } from "../agent-process.ts";
import { publishHeld, serveHeld, setUpHeld } from "./held-service.ts";

const PATIENCE = { timeout: 60_000 };
const WHOLE = { timeout: 240_000 };
const GREETING = "{v:1,upTo:1}";

/** The program of the holder as the agent carries it, which greets otherwise: as one of another age would. */
async function holderOfAnotherAge(greeting: string): Promise<string> {
  const [, text = '""'] = /^(?:const|let|var) HOLDER_TEXT = (.*);$/m.exec((await agentBundle("0.1.0")).toString("utf8")) ?? [];
  const program: unknown = JSON.parse(text);
  if (typeof program !== "string" || !program.includes(GREETING)) throw new Error("The holder does not greet as it is expected to.");
  return program.replace(GREETING, greeting);
}

/** Starts it where the agent looks for its holder. */
async function startHolder(agent: AgentProcess, greeting: string): Promise<number> {
  await mkdir(agent.paths.holder, { recursive: true, mode: 0o700 });
  const path = join(agent.paths.holder, "another.mjs");
  await writeFile(path, await holderOfAnotherAge(greeting));
  const child = spawn(process.execPath, [path, agent.paths.holder], { detached: true, stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  return child.pid ?? 0;
}

describe("an agent and a holder of different ages", () => {
  it.each([
    ["from before holders said how far they speak", "{v:1}"],
    ["newer, and speaks this agent's protocol on", '{v:1,upTo:2,mood:"new"}'],
  ])("understand each other when the holder is %s", WHOLE, async (_name, greeting) => {
    const { stub, agent, port } = await setUpHeld();
    const holder = await startHolder(agent, greeting);
    await serveHeld(stub, agent);
    const loads = [startLoad(port, "close", 2, 10), startLoad(port, "keep-alive", 2, 10)];
    await agent.end("SIGKILL");
    agent.run();
    await stub.until(() => (stub.hellos.length > 1 ? true : undefined));
    const second = publishHeld(stub, "2.0.0");
    stub.desire(second);
    await stub.untilPhase("healthy", second);
    for (const load of loads) expect((await load.stop()).failures).toEqual([]);
    expect(await versionAt(port)).toBe("2.0.0");
    expect(await holderPids(agent)).toEqual([holder]);
  });

  it.each([
    ["so old that no agent speaks its protocol", "{v:0,upTo:0}"],
    ["so new that it speaks this agent's no more", '{v:2,upTo:3,held:"elsewhere"}'],
  ])("part when the holder is %s: the application serves on, and after its next start a holder is back", WHOLE, async (_name, greeting) => {
    const { stub, agent, port } = await setUpHeld();
    await serveHeld(stub, agent);
    const [own] = await holderPids(agent);
    const services = await servicePids(agent);
    await agent.end("SIGKILL");
    process.kill(own ?? 0, "SIGKILL");
    await expect.poll(() => holderPids(agent), PATIENCE).toEqual([]);
    const stranger = await startHolder(agent, greeting);
    const load = startLoad(port, "close", 2, 10);
    agent.run();
    await stub.until(() => (stub.hellos.length > 1 ? true : undefined));
    await expect.poll(() => holderPids(agent), PATIENCE).not.toContain(stranger);
    expect(await servicePids(agent)).toEqual(services);
    expect((await load.stop()).failures).toEqual([]);
    const second = publishHeld(stub, "2.0.0");
    stub.desire(second);
    await stub.untilPhase("healthy", second);
    const again = startLoad(port, "close", 2, 10);
    const third = publishHeld(stub, "3.0.0");
    stub.desire(third);
    await stub.untilPhase("healthy", third);
    expect((await again.stop()).failures).toEqual([]);
    expect(await holderPids(agent)).toHaveLength(1);
  });
});
