import { execFile, spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { access, mkdir, mkdtemp, readdir, readFile, readlink, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { onTestFinished, vi } from "vitest";
import { SERVICE_NAME } from "#main/agent/install/install-paths.ts";
import { BOOT_SCRIPT, TARGETS } from "./boot-script.ts";

const SYSTEMD = "/lib/systemd/systemd";
const NEEDED = ["unshare", "nsenter", "systemctl", "ps"] as const;
/** For what systemd does after it was told; a machine under load is slow. */
const PATIENCE = { timeout: 60_000, interval: 50 };

/** How a program ended that was run on such a host, and all that it printed. */
export type Ran = { readonly code: number; readonly output: string };

/** Why no systemd can be booted here; undefined where one can be tried. */
async function obstacle(): Promise<string | undefined> {
  if (process.platform !== "linux") return "systemd is Linux's alone";
  if (process.getuid?.() !== 0) return "only root may boot a systemd in namespaces of its own";
  if (
    !(await access(SYSTEMD).then(
      () => true,
      () => false,
    ))
  )
    return `${SYSTEMD} is not installed`;
  const missing = NEEDED.find((program) => spawnSync(program, ["--version"], { stdio: "ignore" }).status !== 0);
  return missing === undefined ? undefined : `${missing} is not installed`;
}

async function emptyMachine(): Promise<string> {
  const root = await realpath(await mkdtemp(join(tmpdir(), "rollcall-systemd-")));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const units = join(root, "etc/systemd/system");
  for (const folder of [units, join(root, "var/lib"), join(root, "usr/local"), join(root, "overlay")])
    await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(TARGETS)) await writeFile(join(units, name), `[Unit]\nDefaultDependencies=no\n${text}\n`);
  // There is no journal, which systemd would say of each process that it starts.
  await writeFile(join(root, "etc/systemd/system.conf"), "[Manager]\nDefaultStandardOutput=null\n");
  await writeFile(join(root, "systemd.log"), "");
  return root;
}

/** Why none could be booted the last time: waiting for another would take as long, and come to the same. */
let unbootable: string | undefined;

/** A machine of its own as far as systemd can tell: the real one as first process, of processes and files of its own. */
export class SystemdHost {
  /** Where its `/etc/systemd`, `/var/lib` and `/usr/local` lie on the real machine. */
  readonly root: string;
  readonly #first: number;

  private constructor(root: string, first: number) {
    this.root = root;
    this.#first = first;
  }

  /**
   * Boots one, which ends with the test.
   *
   * @param skip called with the reason where none can be booted.
   */
  static async boot(skip: (reason: string) => never): Promise<SystemdHost> {
    const reason = unbootable ?? (await obstacle());
    if (reason !== undefined) return skip(`no systemd to boot: ${reason}`);
    const root = await emptyMachine();
    const script = spawn("unshare", ["--mount", "/bin/sh", "-c", BOOT_SCRIPT, "sh", root], { stdio: ["pipe", "pipe", "pipe"] });
    const said: string[] = [];
    createInterface(script.stderr).on("line", (line) => said.push(line));
    onTestFinished(() => ended(script));
    const [first = ""] = await Promise.race([once(createInterface(script.stdout), "line"), once(script, "exit").then(() => [""])]);
    const host = new SystemdHost(root, Number(first));
    if (!(await host.#isUp())) {
      unbootable = `it did not come up. ${said.join(" ")}`.trim();
      return skip(`no systemd to boot: ${unbootable}`);
    }
    onTestFinished(async ({ task }) => void (task.result?.state === "fail" && console.log(await host.log())));
    return host;
  }

  /** Runs a program there, with nothing of this environment. */
  async run(words: readonly string[], input = ""): Promise<Ran> {
    const path = "PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    const enter = ["--target", String(this.#first), "--mount", "--pid", "--cgroup", "--uts", "--ipc", "env", "-i", path, ...words];
    return new Promise((resolve) => {
      const child = execFile("nsenter", enter, { maxBuffer: 1 << 24 }, (failed, stdout, stderr) =>
        resolve({ code: failed === null ? 0 : (child.exitCode ?? -1), output: `${stdout}${stderr}` }),
      );
      child.stdin?.on("error", () => undefined);
      child.stdin?.end(input);
    });
  }

  /** Runs a program there that has to succeed, and gives what it printed. */
  async succeed(...words: readonly string[]): Promise<string> {
    const { code, output } = await this.run(words);
    if (code !== 0) throw new Error(`\`${words.join(" ")}\` ended with ${code}: ${output}`);
    return output;
  }

  /** A property of the agent's service, as systemd sees it. */
  async property(name: string, unit = `${SERVICE_NAME}.service`): Promise<string> {
    return (await this.succeed("systemctl", "show", "--property", name, "--value", unit)).trim();
  }

  /** Waits until a property is what it is to be. */
  async until(name: string, value: string, unit?: string): Promise<void> {
    await vi.waitFor(async () => {
      const now = await this.property(name, unit);
      if (now !== value) throw new Error(`${name} is ${now}, not ${value}`);
    }, PATIENCE);
  }

  /** The number, on this host, of each process there whose words hold a text. */
  async pids(text: string): Promise<readonly number[]> {
    const { output } = await this.run(["ps", "-eo", "pid=,stat=,args="]);
    const lines = output.split("\n").map((line) => /^\s*(\d+)\s+([^Z\s]\S*)\s+(.*)$/.exec(line));
    return lines.flatMap((line) => (line?.[3]?.includes(text) === true ? [Number(line[1])] : []));
  }

  /** The number that a process of this host has on the real machine. */
  async outerPid(pid: number): Promise<number> {
    const space = await readlink(`/proc/${this.#first}/ns/pid`);
    for (const outer of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
      if ((await readlink(`/proc/${outer}/ns/pid`).catch(() => "")) !== space) continue;
      const status = await readFile(`/proc/${outer}/status`, "utf8").catch(() => "");
      if (/^NSpid:.*\t(\d+)$/m.exec(status)?.[1] === String(pid)) return Number(outer);
    }
    throw new Error(`There is no process ${pid} on the host.`);
  }

  /** Sends a signal to a process of this host. */
  async kill(signal: NodeJS.Signals, pid: number | string): Promise<void> {
    await this.succeed("kill", "-s", signal.slice(3), String(pid));
  }

  /** Reads a file as a process of this host sees it. */
  async read(path: string): Promise<string> {
    return readFile(`/proc/${this.#first}/root${path}`, "utf8");
  }

  /** What systemd has said. */
  async log(): Promise<string> {
    return readFile(join(this.root, "systemd.log"), "utf8");
  }

  async #isUp(): Promise<boolean> {
    if (this.#first === 0) return false;
    const look = async (): Promise<void> => {
      const { output } = await this.run(["systemctl", "is-system-running"]);
      if (output.trim() !== "running") throw new Error(output);
    };
    return vi.waitFor(look, PATIENCE).then(
      () => true,
      () => false,
    );
  }
}

async function ended(script: ChildProcess): Promise<void> {
  if (script.exitCode !== null || script.signalCode !== null) return;
  const gone = once(script, "exit");
  script.stdin?.end();
  await gone;
}
