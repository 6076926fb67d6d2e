import { open, readFile, readlink } from "node:fs/promises";
import { constants } from "node:fs";

/** How often the kernel has ended a process for memory: on this machine, and among what the agent started, where it tells. */
export type MemoryKills = { readonly machine: number | undefined; readonly own: number | undefined };

/** Records of the kernel's log that are read at most; its buffer holds fewer. */
const MAX_RECORDS = 50_000;
/** A record is at most about 1 KiB (printk's PREFIX_MAX and LOG_LINE_MAX) with its dictionary. */
const RECORD_BYTES = 8192;
/** A record's clock and the monotonic clock run apart by less than this. */
const CLOCK_SLACK_MS = 60_000;

async function readCount(path: string, pattern: RegExp): Promise<number | undefined> {
  const text = await readFile(path, "utf8").catch(() => "");
  const found = pattern.exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}

async function ownEvents(): Promise<number | undefined> {
  const groups = await readFile("/proc/self/cgroup", "utf8").catch(() => "");
  const unified = /^0::(\/.+)$/m.exec(groups)?.[1];
  const v1 = /^\d+:[^:]*\bmemory\b[^:]*:(\/.+)$/m.exec(groups)?.[1];
  if (v1 !== undefined) return readCount(`/sys/fs/cgroup/memory${v1}/memory.oom_control`, /^oom_kill (\d+)$/m);
  return unified === undefined ? undefined : readCount(`/sys/fs/cgroup${unified}/memory.events`, /^oom_kill (\d+)$/m);
}

/** Reads the counters as of now. */
export async function readMemoryKills(): Promise<MemoryKills> {
  const [machine, own] = await Promise.all([readCount("/proc/vmstat", /^oom_kill (\d+)$/m), ownEvents()]);
  return { machine, own };
}

/** PROC_PID_INIT_INO: the kernel's log calls processes by their numbers there, which those of a container are not. */
const FIRST_PID_NAMESPACE = "pid:[4026531836]";

/** Whether the kernel's log says that it ended this process for memory lately; undefined when it cannot be read here. */
async function isNamedByKernel(pid: number, nowMs: number): Promise<boolean | undefined> {
  if ((await readlink("/proc/self/ns/pid").catch(() => "")) !== FIRST_PID_NAMESPACE) return undefined;
  const log = await open("/dev/kmsg", constants.O_RDONLY | constants.O_NONBLOCK).catch(() => undefined);
  if (log === undefined) return undefined;
  const buffer = Buffer.alloc(RECORD_BYTES);
  try {
    for (let count = 0; count < MAX_RECORDS; count += 1) {
      const { bytesRead } = await log.read(buffer, 0, RECORD_BYTES, null);
      if (bytesRead === 0) return false;
      // "level,sequence,microseconds,flags;text" (Documentation/ABI/testing/dev-kmsg).
      const [, atUs = "", victim = ""] = /^\d+,\d+,(\d+),[^;]*;.*Killed process (\d+) /.exec(buffer.toString("latin1", 0, bytesRead)) ?? [];
      if (victim === String(pid) && nowMs - Number(atUs) / 1000 < CLOCK_SLACK_MS) return true;
    }
    return false;
  } catch (thrown) {
    // EAGAIN: everything was read. EPIPE: the buffer went round meanwhile, so that what was not seen may have been it.
    return thrown instanceof Error && "code" in thrown && thrown.code === "EAGAIN" ? false : undefined;
  } finally {
    await log.close();
  }
}

const grew = (before: number | undefined, after: number | undefined): boolean =>
  before !== undefined && after !== undefined && after > before;

/**
 * Looks for evidence that a process which was killed from outside was killed by the kernel for memory.
 *
 * @param pid undefined when it was a child of it that was killed, whose pid nobody knows.
 * @param before the counters when it was started.
 * @param nowMs the monotonic clock.
 * @returns words that follow "it", as sure as the evidence is; undefined without any.
 */
export async function findMemoryKill(pid: number | undefined, before: MemoryKills, nowMs: number): Promise<string | undefined> {
  const isNamed = pid === undefined ? undefined : await isNamedByKernel(pid, nowMs);
  const after = await readMemoryKills();
  if (isNamed === true) return "was killed by the kernel, which needed its memory";
  if (isNamed === false) return undefined;
  if (grew(before.own, after.own)) return "was killed, most likely for memory: the kernel ended processes of this agent for it meanwhile";
  if (grew(before.machine, after.machine))
    return "was killed, most likely for memory: the kernel ended processes of this machine for it meanwhile";
  return undefined;
}
