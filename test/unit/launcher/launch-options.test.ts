import { describe, expect, it } from "vitest";
import { readLaunchOptions } from "#main/launcher/launch-options.ts";

describe("the options of npm start", () => {
  it("leave everything to Rollcall when there are none", () => {
    expect(readLaunchOptions([], "/w")).toEqual({ help: false, dataFolder: undefined, port: undefined, browser: false });
  });

  it("take a folder relative to where they were typed, and a port", () => {
    const options = readLaunchOptions(["--data", "here", "--port=0", "--browser"], "/w");
    expect(options).toEqual({ help: false, dataFolder: "/w/here", port: 0, browser: true });
  });

  it.each([["--port", "99999"], ["--port", "-1"], ["--port", "http"], ["--port"], ["--listen", "x"], ["stray"], ["--data"]])(
    "refuse %s %s with a sentence",
    (...argv) => {
      expect(() => readLaunchOptions(argv, "/w")).toThrow(
        expect.objectContaining({ code: "INPUT_INVALID", message: expect.stringContaining("nothing was started") }),
      );
    },
  );
});
