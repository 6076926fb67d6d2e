import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { execProbe } from "#main/agent/process/exec-probe.ts";
import { tcpProbe } from "#main/agent/process/tcp-probe.ts";
import { probe } from "#shared/domain/release/probe.ts";

async function aFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "rollcall-probe-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function ask(script: string, timeoutMs = 20_000) {
  const workFolder = await aFolder();
  const asked = probe.parse({ kind: "exec", command: "/bin/sh", arguments: ["-c", script], timeoutMs });
  if (asked.kind !== "exec") throw new TypeError("not the probe that was asked for");
  return { workFolder, result: await execProbe(asked, { workFolder, environment: { PATH: "/usr/bin:/bin", ANSWER: "42" } }) };
}

describe("a probe that is a program", () => {
  it("is good when it exits with 0, in the application's folder and environment", async () => {
    const { workFolder, result } = await ask(`[ "$ANSWER" = 42 ] && pwd`);
    expect(result).toEqual({ good: true, said: `exit code 0: ${workFolder}` });
  });

  it("says its exit code and the last of what it printed, however much that is", async () => {
    const { result } = await ask("yes noise | head -c 3000000; echo the queue is full >&2; exit 3");
    expect(result.good).toBe(false);
    expect(result.said).toMatch(/^exit code 3: /);
    expect(result.said.length).toBeLessThan(260);
  });

  it("is ended at its timeout, with everything that it started", async () => {
    const { workFolder, result } = await ask("sleep 600 & echo $! > child; wait", 400);
    expect(result.said).toContain("still running after 400 ms");
    const child = Number(await readFile(join(workFolder, "child"), "utf8"));
    await expect
      .poll(async () => (await readFile(`/proc/${child}/stat`, "utf8").catch(() => "gone")).replace(/^.*\) /, "")[0])
      .toMatch(/[gZ]/);
  });

  it("that is not there is bad, and nothing else", async () => {
    const asked = probe.parse({ kind: "exec", command: "/nowhere/check" });
    const result = asked.kind === "exec" ? await execProbe(asked, { workFolder: await aFolder(), environment: {} }) : undefined;
    expect(result).toMatchObject({ good: false, said: expect.stringContaining("ENOENT") as string });
  });
});

describe("a probe of a port", () => {
  it("is good when a connection is taken, and bad when nobody listens", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const asked = probe.parse({ kind: "tcp", port, timeoutMs: 20_000 });
    if (asked.kind !== "tcp") throw new TypeError("not the probe that was asked for");
    expect(await tcpProbe(asked)).toEqual({ good: true, said: "connected" });
    await new Promise((resolve) => server.close(resolve));
    expect(await tcpProbe(asked)).toMatchObject({ good: false, said: expect.stringContaining("ECONNREFUSED") as string });
  });
});
