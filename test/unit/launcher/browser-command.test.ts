import { describe, expect, it } from "vitest";
import { browserCommand } from "#main/launcher/browser-command.ts";

describe("opening a browser", () => {
  it.each(["linux", "darwin", "win32", "freebsd"] as const)("passes the address as one argument on %s", (platform) => {
    const address = "http://127.0.0.1:7420/login#a&b;c";
    expect(browserCommand(platform, address).args.at(-1)).toBe(address);
  });
});
