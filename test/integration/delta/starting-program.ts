/** Starts the making of a delta in FOLDER, tells the pid of the process that makes it once it works, and waits for its own end. */
import { fork } from "node:child_process";
import { join, resolve } from "node:path";

const [folder = ""] = process.argv.slice(2);
const child = fork(resolve("main/adapters/delta-process/delta-program.ts"), [], { stdio: ["ignore", "ignore", "ignore", "ipc"] });
child.once("message", () => process.send?.(child.pid));
child.send({
  oldPath: join(folder, "old"),
  newPath: join(folder, "new"),
  outPath: join(folder, "out"),
  codec: "matches",
  memoryBytes: 2 ** 31,
});
