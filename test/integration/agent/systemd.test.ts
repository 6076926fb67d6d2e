import { execFileSync, spawnSync } from "node:child_process";
import { chmod, copyFile, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "vite";
import { describe, expect, it, onTestFinished } from "vitest";
import { SystemdNotifier } from "#main/agent/install/systemd-notifier.ts";
import { installPaths } from "#main/agent/install/install-paths.ts";
import { unitText } from "#main/agent/install/unit-text.ts";
import { bundleConfig, BUNDLES } from "#main/build/bundles.ts";
import { encodeEnrolmentToken } from "#shared/protocol/enrolment.ts";
import { servicePids, setUp, versionAt } from "./agent-process.ts";
import { HAS_NOTIFY, receiveNotices } from "./notice-receiver.ts";
import { QUICK_RUN, serviceArtifact } from "./service-artifact.ts";

const isThere = (program: string, ...args: readonly string[]): boolean => spawnSync(program, args, { stdio: "ignore" }).status === 0;
const HAS_ANALYZE = isThere("systemd-analyze", "--version");
if (!HAS_ANALYZE) console.log("systemd-analyze is not installed: the unit is not checked by systemd itself.");

const fail = (thrown: unknown): void => expect.unreachable(String(thrown));

async function folder(): Promise<string> {
  const path = await realpath(await mkdtemp(join(tmpdir(), "rollcall-systemd-")));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** A `systemd-notify` that writes down what it is asked to say, on a search path of its own. */
async function fakeNotify(): Promise<{ readonly path: string; readonly words: () => Promise<string[]> }> {
  const path = await folder();
  const program = join(path, "systemd-notify");
  await writeFile(program, `#!/bin/sh\nfor word in "$@"; do echo "$word" >> "${path}/words"; done\n`);
  await chmod(program, 0o755);
  return { path, words: async () => (await readFile(join(path, "words"), "utf8").catch(() => "")).split("\n").filter(Boolean) };
}

describe("an agent under systemd", () => {
  it("says nothing and starts nothing when nobody asked", async () => {
    const { path, words } = await fakeNotify();
    const notifier = new SystemdNotifier(undefined, fail);
    notifier.ready("Serving.");
    notifier.stopping();
    await notifier.close();
    expect(path).not.toBe("");
    expect(await words()).toEqual([]);
  });

  it("says in order that it serves, lives and stops", async () => {
    const { path, words } = await fakeNotify();
    const variables = { NOTIFY_SOCKET: "/nowhere", PATH: `${path}:/usr/bin:/bin` };
    const notifier = new SystemdNotifier({ variables, watchdogMs: 60 }, fail);
    notifier.ready("Serving.");
    await expect.poll(words).toContain("WATCHDOG=1");
    notifier.stopping();
    notifier.stopping();
    await notifier.close();
    const said = await words();
    expect(said.filter((word) => word === "STOPPING=1")).toHaveLength(1);
    expect(said.slice(0, 3)).toEqual(["READY=1", "STATUS=Serving.", "WATCHDOG=1"]);
  });

  it("goes on without systemd-notify, and says so once", async () => {
    const unheard: unknown[] = [];
    const notifier = new SystemdNotifier(
      { variables: { NOTIFY_SOCKET: "/nowhere", PATH: await folder() }, watchdogMs: undefined },
      (thrown) => unheard.push(thrown),
    );
    notifier.ready("Serving.");
    notifier.stopping();
    await notifier.close();
    expect(unheard).toHaveLength(1);
  });

  it.skipIf(!HAS_NOTIFY)("is heard in its own name on a real socket, which is what the unit allows", async () => {
    const { socket, heard } = await receiveNotices();
    const notifier = new SystemdNotifier(
      { variables: { NOTIFY_SOCKET: socket, PATH: process.env["PATH"] ?? "" }, watchdogMs: undefined },
      fail,
    );
    notifier.ready("Serving as edge-1.");
    notifier.stopping();
    await notifier.close();
    await expect.poll(() => heard.join("\n")).toContain("STOPPING=1");
    // Only root may speak for another process; the unit runs as root.
    const speaker = process.getuid?.() === 0 ? String(process.pid) : "\\d+";
    expect(heard[0]).toMatch(new RegExp(`^${speaker} READY=1$`));
    expect(heard[1]).toMatch(new RegExp(`^${speaker} STATUS=Serving as edge-1\\.$`));
  });

  it.skipIf(!HAS_ANALYZE)("has a unit that systemd takes without a word", async () => {
    const root = await folder();
    const unit = join(root, "rollcall-agent.service");
    // The program is not installed on this machine, which systemd would notice.
    await writeFile(unit, unitText('100% "$HOME"').replaceAll(/^ExecStart=\S+/gm, "ExecStart=/bin/true"));
    const said = spawnSync("systemd-analyze", ["verify", "--man=no", unit], { encoding: "utf8" });
    expect(`${said.stdout}${said.stderr}`).not.toContain("rollcall-agent.service");
  });

  it("runs as it was installed into an image, and is started anew without its applications noticing", async () => {
    const root = await folder();
    const { stub, agent, port } = await setUp();
    const [bundle] = BUNDLES.filter(({ name }) => name === "agent").map(bundleConfig);
    await build({ ...bundle, build: { ...bundle?.build, outDir: join(root, "built") } });
    const said = execFileSync(process.execPath, [join(root, "built/rollcall-agent.js"), "install", "--root", root, "--token-file", "-"], {
      input: encodeEnrolmentToken(stub.token()),
      encoding: "utf8",
    });
    expect(said).toContain("It starts with the machine");
    const paths = installPaths(root);
    const [, command = ""] = /^ExecStart=(.*) run /m.exec(await readFile(paths.unit, "utf8")) ?? [];
    agent.program = command.split(" ").map((word) => word.replace("/usr/local/libexec/rollcall-agent", paths.library));
    await copyFile(join(paths.state, "enrolment.token"), agent.paths.enrolmentToken);
    const { path, words } = await fakeNotify();
    const environment = { NOTIFY_SOCKET: "/nowhere", PATH: `${path}:${process.env["PATH"] ?? ""}` };

    const release = stub.publish({ version: "1.0.0", bytes: serviceArtifact("1.0.0"), runSpec: QUICK_RUN });
    stub.desire(release);
    agent.run(undefined, environment);
    await stub.untilPhase("healthy", release);
    await expect(readFile(agent.paths.enrolmentToken)).rejects.toThrow("ENOENT");
    await expect.poll(words).toContain("STATUS=Serving as test-host.");
    const before = await servicePids(agent);

    expect(await agent.end("SIGUSR2")).toBe(0);
    expect(await servicePids(agent)).toEqual(before);
    const hellos = stub.hellos.length;
    agent.run(undefined, environment);
    await stub.until(() => (stub.hellos.length > hellos ? true : undefined));
    expect(await servicePids(agent)).toEqual(before);
    expect(await versionAt(port)).toBe("1.0.0");

    expect(await agent.end("SIGTERM")).toBe(0);
    expect(await servicePids(agent)).toEqual([]);
    expect(await words()).toContain("STOPPING=1");
  });
});
