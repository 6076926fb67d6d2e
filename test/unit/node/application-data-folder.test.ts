import { describe, expect, it } from "vitest";
import { applicationDataFolder } from "#main/node/application-data-folder.ts";

const facts = (platform: NodeJS.Platform, home: string, environment: Record<string, string | undefined> = {}) => ({
  platform,
  home,
  environment,
});

describe("the application data folder", () => {
  it("follows the XDG base directory on Linux, and its default without one", () => {
    expect(applicationDataFolder(facts("linux", "/home/ana", { XDG_DATA_HOME: "/data/ana" }), "Rollcall")).toBe("/data/ana/rollcall");
    expect(applicationDataFolder(facts("linux", "/home/ana"), "Rollcall")).toBe("/home/ana/.local/share/rollcall");
  });

  it("ignores a relative XDG value, as the specification says", () => {
    expect(applicationDataFolder(facts("linux", "/home/ana", { XDG_DATA_HOME: "data" }), "Rollcall")).toBe(
      "/home/ana/.local/share/rollcall",
    );
    expect(applicationDataFolder(facts("linux", "/home/ana", { XDG_DATA_HOME: "" }), "Rollcall")).toBe("/home/ana/.local/share/rollcall");
  });

  it("is Application Support on macOS and the local application data on Windows", () => {
    expect(applicationDataFolder(facts("darwin", "/Users/ana"), "Rollcall")).toBe("/Users/ana/Library/Application Support/Rollcall");
    expect(applicationDataFolder(facts("win32", "C:\\Users\\ana", { LOCALAPPDATA: "D:\\Local" }), "Rollcall")).toBe("D:\\Local\\Rollcall");
    expect(applicationDataFolder(facts("win32", "C:\\Users\\ana"), "Rollcall")).toBe("C:\\Users\\ana\\AppData\\Local\\Rollcall");
  });
});
