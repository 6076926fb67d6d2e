import { mkdir, readFile, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { setUp } from "../agent-process.ts";
import { resolveRunUser } from "#main/agent/process/resolve-run-user.ts";
import type { RunSpec } from "#shared/domain/release/run-spec.ts";
import { serveOn } from "../serving-agent.ts";

const SCRIPT = Buffer.from(
  `#!/bin/sh\necho "$(id -u) $(id -g) $(pwd) $(umask) $HOME"\nid -G\ntouch mine && echo written\nexec sleep 600\n`,
);
const run = (change: Partial<RunSpec>) => ({
  command: "/bin/sh",
  arguments: ["{artifact}"],
  installAs: "service",
  probationMs: 300,
  stopDeadlineMs: 500,
  ...change,
});
const isRoot = process.getuid?.() === 0;

async function passwdEntry(name: string): Promise<readonly string[]> {
  const lines = (await readFile("/etc/passwd", "utf8")).split("\n").map((line) => line.split(":"));
  return lines.find((fields) => fields[0] === name) ?? [];
}

describe.skipIf(!isRoot)("an application with an account of its own", () => {
  it("runs as it, in a folder that it owns, with its home and the umask asked for", async () => {
    const { stub, agent } = await setUp();
    const [, , uid = "", gid = "", , home = ""] = await passwdEntry("daemon");
    await writeFile(agent.paths.overrides, "{}", { mode: 0o644 });
    const release = stub.publish({ version: "1.0.0", bytes: SCRIPT, runSpec: run({ user: "daemon", umask: "027" }) });
    await serveOn(stub, agent, release);
    const lines = (await readFile(agent.application.outputLog, "utf8")).split("\n");
    expect(lines[0]).toBe(`${uid} ${gid} ${agent.application.work} 0027 ${home}`);
    expect(lines[2]).toBe("written");
  });

  it("runs where it asks to, and what is not there is refused by name", async () => {
    const { stub, agent } = await setUp();
    const [, , uid = ""] = await passwdEntry("daemon");
    const release = stub.publish({ version: "1.0.0", bytes: SCRIPT, runSpec: run({ user: uid, workingDirectory: "{slot}" }) });
    await serveOn(stub, agent, release);
    expect(await readFile(agent.application.outputLog, "utf8")).toContain(`${agent.paths.slots}/`);
    const lost = stub.publish({ version: "2.0.0", bytes: SCRIPT, runSpec: run({ workingDirectory: "{work}/not/there" }) });
    stub.desire(lost);
    const reverted = await stub.untilPhase("reverted", lost);
    expect(reverted.failure).toMatchObject({ cause: "exec", message: expect.stringContaining("not/there is not there") as string });
  });

  it("that nobody knows here is refused by name, and nothing runs in its place", async () => {
    const { stub, agent } = await setUp();
    await mkdir(agent.application.folder, { recursive: true });
    const release = stub.publish({ version: "1.0.0", bytes: SCRIPT, runSpec: run({ user: "nobody-of-that-name" }) });
    stub.desire(release);
    agent.run(stub.token());
    const failed = await stub.untilPhase("failed", release);
    expect(failed.failure).toMatchObject({ cause: "exec", message: expect.stringContaining("no user nobody-of-that-name") as string });
    await expect(readFile(agent.application.outputLog, "utf8")).rejects.toThrow("ENOENT");
  });
});

describe("the account that a run spec names", () => {
  const accounts = {
    passwd: "root:x:0:0:root:/root:/bin/sh\nweb:x:33:33:web:/srv/web:/bin/false\nbroken\n",
    group: "root:x:0:\nweb:x:33:\nlogs:x:4:adm,web\nssl:x:50:web\n",
  };

  it("comes with its home and its supplementary groups, or with the one group that is named", () => {
    expect(resolveRunUser("web", accounts)).toEqual({ name: "web", uid: 33, gid: 33, groups: [4, 50], home: "/srv/web" });
    expect(resolveRunUser("33", accounts)).toMatchObject({ name: "web", uid: 33 });
    expect(resolveRunUser("web:logs", accounts)).toMatchObject({ gid: 4, groups: [] });
    expect(resolveRunUser("web:50", accounts)).toMatchObject({ gid: 50 });
  });

  it("is a sentence when it is not known", () => {
    expect(resolveRunUser("nobody", accounts)).toBe("This host has no user nobody.");
    expect(resolveRunUser("web:nobody", accounts)).toBe("This host has no group nobody.");
    expect(resolveRunUser("99", accounts)).toBe("This host has no user 99.");
  });
});
