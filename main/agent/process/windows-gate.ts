/** The gate's own exit when its agent went away before it let the program through; the POSIX gate has the same. */
const GATE_CLOSED = 97;

/**
 * The gate where there is no POSIX shell: Node waits at its standard input, then runs the program as its only child, hands
 * on its output and its exit code, and stays as the process that the agent knows. It runs on every system.
 */
const SCRIPT = `
const { spawn } = require("node:child_process");
let isOpen = false;
process.stdin.once("data", () => {
  isOpen = true;
  process.stdin.destroy();
  const [command, ...words] = process.argv.slice(1);
  const child = spawn(command, words, { stdio: ["ignore", "inherit", "inherit"], windowsHide: true });
  child.once("error", (error) => { console.error(error.message); process.exit(error.code === "ENOENT" ? 127 : 126); });
  child.once("exit", (code, signal) => process.exit(code ?? (signal === null ? 1 : 128)));
});
process.stdin.once("end", () => { if (!isOpen) process.exit(${GATE_CLOSED}); });
`;

/** The words of a start on Windows. A program gets neither an account of its own, a umask, nor inherited sockets there. */
export function windowsGate(node: string, command: string, args: readonly string[]): readonly string[] {
  return [node, "-e", SCRIPT, command, ...args];
}
