import { BoundSocket } from "node:net";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { gatePlanned } from "#main/agent/process/gated-process.ts";
import type { LaunchSpec } from "#main/agent/process/launch-spec.ts";
import { spawnGated, type GatedProcess } from "#main/agent/process/spawn-gated.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";

async function gate(script: string, change: Partial<LaunchSpec> = {}, sockets: readonly BoundSocket[] = []) {
  const folder = await tempFolder();
  const outputLog = join(folder, "output.log");
  const spec = { command: "/bin/sh", args: ["-c", script], environment: { PATH: "/usr/bin:/bin" }, workFolder: folder, outputLog };
  const names = sockets.map((_, index) => `port-${index}`);
  const descriptors = sockets.map((socket) => socket.fd());
  const result = await gatePlanned({ ...spec, ...change }, names, (plan) => spawnGated(plan, descriptors));
  if (result.kind !== "waiting") throw new Error(result.message);
  return { process: result.process, output: () => readFile(outputLog, "utf8") };
}

function bound(): BoundSocket {
  const socket = new BoundSocket({ host: "127.0.0.1", port: 0 });
  onTestFinished(() => socket.close());
  return socket;
}

const ended = (process: GatedProcess) => process.exited;

describe("a process behind its gate", () => {
  it("gets sockets as descriptors from 3 on, and the three variables that speak of them, its own pid among them", async () => {
    const { process, output } = await gate('echo "$LISTEN_FDS $LISTEN_FDNAMES $LISTEN_PID $$"; ls -l /proc/$$/fd | grep -c socket:', {}, [
      bound(),
      bound(),
    ]);
    process.open();
    expect(await ended(process)).toEqual({ kind: "exit", code: 0 });
    expect(await output()).toBe(`2 port-0:port-1 ${process.identity.pid} ${process.identity.pid}\n2\n`);
  });

  it("has nothing at its standard input, and no variable of sockets when it has none", async () => {
    const { process, output } = await gate('readlink /proc/self/fd/0; env | grep -c "^LISTEN"');
    process.open();
    await ended(process);
    expect(await output()).toBe("/dev/null\n0\n");
  });

  it("runs nothing when it is dropped", async () => {
    const { process, output } = await gate("echo ran");
    process.drop();
    expect(await ended(process)).toEqual({ kind: "exit", code: 97 });
    expect(await output()).toBe("");
  });

  it("says on its pipe that it is ready, behind its sockets", async () => {
    const script = 'echo "$ROLLCALL_READY_FD"; eval "echo ready >&$ROLLCALL_READY_FD"; sleep 600';
    const { process, output } = await gate(script, { readyPipe: true }, [bound()]);
    process.open();
    expect(await process.ready).toBe(true);
    expect(await output()).toBe("4\n");
    globalThis.process.kill(-process.identity.pid, "SIGKILL");
    await ended(process);
  });

  it("is known not to be ready when it ends without a word", async () => {
    const { process } = await gate("exit 3", { readyPipe: true });
    process.open();
    expect(await process.ready).toBe(false);
    expect(await ended(process)).toEqual({ kind: "exit", code: 3 });
  });
});
