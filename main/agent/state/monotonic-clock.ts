import { readFile } from "node:fs/promises";

/** Milliseconds of the kernel's monotonic clock. On Linux it is one clock for all processes of one boot. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint() / 1_000_000n);
}

/**
 * Names this boot of the machine, where the system has a name for it. A monotonic reading that was stored means
 * something only within the boot that it was taken in; undefined says that none can be compared.
 */
export async function readMachineBoot(): Promise<string | undefined> {
  try {
    return (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim();
  } catch {
    return undefined;
  }
}
