import { spawn } from "node:child_process";
import { browserCommand } from "./browser-command.ts";

/** Opens the address in the person's browser. Where there is none nothing happens: the address is printed anyway. */
export function openBrowser(address: string): void {
  const { program, args } = browserCommand(process.platform, address);
  const child = spawn(program, [...args], { stdio: "ignore", detached: true });
  child.once("error", () => undefined);
  child.unref();
}
