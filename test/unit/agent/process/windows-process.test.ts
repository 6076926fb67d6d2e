import { expect, it } from "vitest";
import { toSpawnPlan } from "#main/agent/process/spawn-plan.ts";
import { endTreeCommand, startTimeCommand, toWindowsStamp } from "#main/agent/process/windows-process.ts";

it("a start on Windows goes through a gate of Node's own, and elsewhere through the shell's", () => {
  const spec = { command: "web.exe", args: ["--port", "80"], environment: { A: "1" }, workFolder: "w", outputLog: "l" };
  const { words, environment } = toSpawnPlan(spec, "C:\\slots\\web.exe", [], "win32");
  expect([words[0], words[1], ...words.slice(3)]).toEqual([process.execPath, "-e", "C:\\slots\\web.exe", "--port", "80"]);
  expect(environment).toEqual({ A: "1" });
  expect(toSpawnPlan(spec, "/slots/web", [], "darwin").words[0]).toBe("/bin/sh");
});

it("a process of Windows is named by the moment of its start", () => {
  expect(startTimeCommand(42)[1].at(-1)).toBe("(Get-Process -Id 42).StartTime.ToFileTimeUtc()");
  expect(toWindowsStamp("134095412345678901\r\n")).toBe("134095412345678901");
  expect(toWindowsStamp("Get-Process : Cannot find a process")).toBeUndefined();
});

it("a process of Windows is ended with all that it started", () => {
  expect(endTreeCommand(42)).toEqual(["taskkill", ["/PID", "42", "/T", "/F"]]);
});
