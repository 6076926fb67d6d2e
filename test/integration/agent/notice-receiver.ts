import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";

const isThere = (program: string): boolean => spawnSync(program, ["--version"], { stdio: "ignore" }).status === 0;

/** Whether this machine has what it takes to say words to a real socket, and to hear them. */
export const HAS_NOTIFY = isThere("systemd-notify") && isThere("python3");
if (!HAS_NOTIFY) console.log("systemd-notify or python3 is not installed: the words to a real socket are not tried.");

/** Receives datagrams as systemd does, and prints each with the process that the kernel vouches for. */
const RECEIVER = `
import os, socket, struct, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
s.bind(sys.argv[1])
print("bound", flush=True)
while True:
    data, anc, _, _ = s.recvmsg(4096, 4096)
    pid = next((struct.unpack("3i", d)[0] for l, t, d in anc if t == socket.SCM_CREDENTIALS), 0)
    # systemd-notify waits until its end of the pipe that came along is closed.
    for l, t, d in anc:
        if t == socket.SCM_RIGHTS:
            for fd in struct.unpack(f"{len(d) // 4}i", d): os.close(fd)
    for line in data.decode().split("\\n"):
        if not line.startswith("BARRIER"): print(pid, line, flush=True)
`;

/** A socket as systemd has one for each service: `heard` grows by a line a word, "PID WORD". Ends with the test. */
export async function receiveNotices(): Promise<{ readonly socket: string; readonly heard: readonly string[] }> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "rollcall-notices-")));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const socket = join(folder, "notify");
  const receiver = spawn("python3", ["-c", RECEIVER, socket], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void receiver.kill("SIGKILL"));
  const heard: string[] = [];
  const lines = createInterface(receiver.stdout);
  await once(lines, "line");
  lines.on("line", (line) => heard.push(line));
  return { socket, heard };
}
