import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { windowsGate } from "#main/agent/process/windows-gate.ts";

/** Runs the gate that Windows would run; it is Node's own and runs here as well. */
async function run(command: string, args: readonly string[], word: string | undefined) {
  const [node = "", ...words] = windowsGate(process.execPath, command, args);
  const child = spawn(node, words, { stdio: ["pipe", "pipe", "ignore"] });
  child.stdin.end(word);
  const [out] = await Promise.all([text(child.stdout), once(child, "exit")]);
  return { code: child.exitCode, out };
}

const PROGRAM = ["-e", "console.log(process.argv[1]); process.exit(7)", "a word with spaces"];

describe("the gate for systems without a shell", () => {
  it("runs the program once it is let through, and hands on its output and its exit code", async () => {
    expect(await run(process.execPath, PROGRAM, "go\n")).toEqual({ code: 7, out: "a word with spaces\n" });
  });

  it("runs nothing when its agent goes away before", async () => {
    expect(await run(process.execPath, PROGRAM, undefined)).toEqual({ code: 97, out: "" });
  });

  it("says as a shell does that there is no such program", async () => {
    expect(await run("/nowhere/web", [], "go\n")).toEqual({ code: 127, out: "" });
  });
});
