import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { setUp } from "./agent-process.ts";
import { QUICK_RUN, serviceArtifact } from "./service-artifact.ts";
import { serveOn } from "./serving-agent.ts";

const PAGE = join(import.meta.dirname, "../../../docs/ipc.md");

/** The shell examples of the page, in order. */
async function readExamples(): Promise<readonly string[]> {
  const text = await readFile(PAGE, "utf8");
  return [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map((match) => match[1] ?? "");
}

/** Runs examples of the page as they stand there, each with the page's own `ask`. */
async function shell(variables: Readonly<Record<string, string>>) {
  const [ask = "", ...examples] = await readExamples();
  const left = new Set(examples);
  const run = async (beginning: string, more: Readonly<Record<string, string>> = {}): Promise<string> => {
    const example = examples.find((one) => one.startsWith(beginning));
    if (example === undefined) throw new Error(`the page has no example that begins with ${beginning}`);
    left.delete(example);
    const { stdout } = await promisify(execFile)("/bin/sh", ["-ec", `${ask}${example}`], {
      env: { ...process.env, ...variables, ...more },
    });
    return stdout;
  };
  const read = async (beginning: string, more?: Readonly<Record<string, string>>): Promise<unknown> =>
    JSON.parse(await run(beginning, more));
  return { run, read, left };
}

async function serveOne() {
  const { stub, agent, port } = await setUp();
  const own = { environment: { PORT: String(port) }, probeUrl: `http://127.0.0.1:${port}/health`, allowLocalRollback: true };
  await writeFile(agent.paths.overrides, JSON.stringify({ "org.example.web": own }));
  const first = stub.publish({ version: "1.0.0", bytes: serviceArtifact("1.0.0"), runSpec: QUICK_RUN });
  await serveOn(stub, agent, first);
  const environment: Record<string, string> = await (await fetch(`http://127.0.0.1:${port}/environment`)).json();
  return { stub, environment };
}

const idOf = (answer: unknown, name: string): string => String(Reflect.get(Object(answer), name));

describe("docs/ipc.md", () => {
  it("has examples that all do what the page says", async () => {
    const { stub, environment } = await serveOne();
    const { run, read, left } = await shell({
      ROLLCALL_SOCKET: environment["ROLLCALL_SOCKET"] ?? "",
      ROLLCALL_TOKEN_FILE: environment["ROLLCALL_TOKEN_FILE"] ?? "",
    });
    expect(await read("ask http://agent/v1/state")).toMatchObject({ current: { version: "1.0.0" }, phase: "healthy", healthy: true });
    expect(await read("ask http://agent/v1/versions")).toMatchObject({ versions: [{ version: "1.0.0", current: true }] });
    expect(await read("ask -X POST http://agent/v1/check")).toMatchObject({ versions: [{ version: "1.0.0" }] });

    expect(await run('ask http://agent/v1/health -d \'{"state":"ready"}\'')).toBe("");
    expect(await run('ask http://agent/v1/health -d \'{"state":"unhealthy"')).toBe("");
    expect(await run("ask -X POST http://agent/v1/heartbeat")).toBe("");

    expect(await read("ask -X PUT http://agent/v1/settings")).toEqual({ log: { maxBytes: 1_048_576, files: 3 } });
    expect(await read("ask http://agent/v1/settings")).toEqual({ log: { maxBytes: 1_048_576, files: 3 } });

    const lock = await read("ask http://agent/v1/locks");
    expect(lock).toMatchObject({ reason: "the nightly backup runs" });
    const second = stub.publish({ version: "2.0.0", bytes: serviceArtifact("2.0.0"), runSpec: QUICK_RUN });
    stub.desire(second);
    await stub.untilPhase("staged", second);
    expect(await run("ask -X DELETE", { LOCK: idOf(lock, "lockId") })).toBe("");
    const attempt = await read('ask http://agent/v1/update -d \'{"version":"2.0.0"}\'');
    expect(attempt).toMatchObject({ kind: "update", release: { version: "2.0.0" } });
    expect(await read('ask "http://agent/v1/attempts/', { ATTEMPT: idOf(attempt, "attemptId") })).toMatchObject({ outcome: "healthy" });
    expect(await read("ask http://agent/v1/history")).toMatchObject({ attempts: [{ outcome: "healthy" }, { outcome: "healthy" }] });

    expect(await read("ask http://agent/v1/rollback")).toMatchObject({ kind: "rollback", release: { version: "1.0.0" } });
    expect(await run("ask -N --max-time 1 http://agent/v1/events")).toContain("event: open");
    expect(await read('ask http://agent/v1/update -d \'{"version":"not a version"}\'')).toMatchObject({
      code: "INPUT_INVALID",
      status: 400,
    });
    expect([...left]).toEqual([]);
  });
});
