import { describe, expect, it } from "vitest";
import { readAgentCommand } from "#main/agent/agent-config.ts";
import { HELP_TEXT } from "#main/agent/help-text.ts";

const read = (...args: string[]) => readAgentCommand(args, false);

describe("the agent's command line", () => {
  it("runs with a state folder", () => {
    expect(read("run", "--state", "/var/lib/rollcall", "--name", "edge-1", "--token-file", "-")).toEqual({
      kind: "run",
      state: "/var/lib/rollcall",
      tokenSource: "-",
      name: "edge-1",
      foregroundLog: false,
    });
    expect(readAgentCommand(["run", "--state", "/s"], true)).toMatchObject({ foregroundLog: true });
  });

  it("tells status, help and version", () => {
    expect(read("status", "--state", "/s", "--json")).toEqual({ kind: "status", state: "/s", json: true });
    expect(read("--help")).toEqual({ kind: "help" });
    expect(read("run", "-v")).toEqual({ kind: "version" });
  });

  it("installs and removes, on this machine or in a folder", () => {
    expect(read("install", "--token-file", "-", "--name", "edge-1")).toEqual({
      kind: "install",
      root: undefined,
      tokenSource: "-",
      name: "edge-1",
      print: false,
    });
    expect(read("install", "--root", "/image", "--print")).toMatchObject({ root: "/image", name: undefined, print: true });
    expect(read("uninstall", "--purge", "edge-1")).toEqual({ kind: "uninstall", root: undefined, purge: "edge-1" });
  });

  it.each([
    [],
    ["install", "--state", "/s"],
    ["uninstall", "--print"],
    ["run", "--state", "/s", "--root", "/image"],
    ["install", "rcl1.secret"],
    ["run"],
    ["run", "--state", ""],
    ["serve", "--state", "/s"],
    ["run", "rcl1.secret", "--state", "/s"],
    ["run", "--token", "rcl1.secret", "--state", "/s"],
    ["run", "--state", "/s", "--name", " padded "],
  ])("does not understand %j, and repeats none of it", (...args: string[]) => {
    let said = "";
    try {
      read(...args);
    } catch (thrown) {
      said = thrown instanceof Error ? thrown.message : "";
    }
    expect(said).toContain("Nothing was started");
    expect(said).not.toContain("rcl1");
  });

  it("explains every option that it takes", () => {
    for (const option of [
      "--state",
      "--token-file",
      "--name",
      "--foreground-log",
      "--json",
      "--root",
      "--print",
      "--purge",
      "--help",
      "--version",
    ])
      expect(HELP_TEXT).toContain(option);
  });
});
