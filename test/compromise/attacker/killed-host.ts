import fs, { type FileHandle } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { parseArgs } from "node:util";
import type { Order } from "./victim-host.ts";

/**
 * A host in a process of its own that is killed (SIGKILL, by itself) before its nth call that changes the disk. Prints how
 * the order ended and how many such calls it took, when it lives to tell.
 */
const { values } = parseArgs({
  options: {
    folder: { type: "string" },
    url: { type: "string" },
    root: { type: "string" },
    order: { type: "string" },
    cut: { type: "string" },
  },
});
const cutAt = Number(values.cut ?? Infinity);
let calls = 0;

/** Counts a call; the one that is to be the last never begins. */
function mayDie(): Promise<void> {
  calls += 1;
  if (calls !== cutAt) return Promise.resolve();
  process.kill(process.pid, "SIGKILL");
  return new Promise(() => undefined);
}

type Method = (...args: never[]) => Promise<unknown>;

function guard(owner: object, names: readonly string[]): void {
  for (const name of names) {
    // Why the cast: the names are those of asynchronous methods, which keep their own arguments and results.
    const original = Reflect.get(owner, name) as Method;
    Reflect.set(owner, name, async function (this: unknown, ...args: never[]) {
      await mayDie();
      return Reflect.apply(original, this, args);
    });
  }
}

const handle = await fs.open(process.execPath, "r");
guard(Object.getPrototypeOf(handle) as FileHandle, ["writeFile", "sync"]);
await handle.close();
guard(fs, ["open", "rename", "rm", "mkdir", "copyFile", "chmod", "writeFile", "symlink", "link"]);
syncBuiltinESMExports();

const { VictimHost } = await import("./victim-host.ts");
const host = new VictimHost(values.folder ?? "", values.url ?? "", Buffer.from(values.root ?? "", "base64"));
const { outcome } = await host.order(JSON.parse(values.order ?? "{}") as Order);
process.stdout.write(JSON.stringify({ outcome, calls }));
process.exit(0);
