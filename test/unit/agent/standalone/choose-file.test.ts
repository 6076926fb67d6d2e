import { describe, expect, it } from "vitest";
import { chooseFile } from "#main/agent/standalone/plain/choose-file.ts";

const choose = (names: readonly string[], pattern?: string): string => {
  const wish = { platform: "linux/amd64", pattern, field: "asset", what: "v1.0.0 of acme/web" } as const;
  return chooseFile(
    names.map((name) => ({ name })),
    wish,
  ).name;
};

const GORELEASER = [
  "web_1.0.0_linux_amd64",
  "web_1.0.0_linux_arm64",
  "web_1.0.0_windows_amd64.exe",
  "checksums.txt",
  "web_1.0.0_linux_amd64.deb",
];

describe("the program among a release's files", () => {
  it("is the one whose name says this host, whatever lies beside it", () => {
    expect(choose(GORELEASER)).toBe("web_1.0.0_linux_amd64");
    expect(choose(["web-x86_64-unknown-linux-musl", "web-aarch64-apple-darwin", "web-x86_64-unknown-linux-musl.sha256"])).toBe(
      "web-x86_64-unknown-linux-musl",
    );
  });

  it("is the only file, whatever it is called", () => {
    expect(choose(["web", "SHA256SUMS", "web.asc"])).toBe("web");
  });

  it("is what the pattern names, and among several of these the one for this host", () => {
    expect(choose([...GORELEASER, "cli_1.0.0_linux_amd64"], "web_*")).toBe("web_1.0.0_linux_amd64");
    expect(choose(["a.b", "axb"], "a.b")).toBe("a.b");
  });

  it("is not guessed", () => {
    expect(() => choose([...GORELEASER, "cli_1.0.0_linux_amd64"])).toThrow("several files that may be the program");
    expect(() => choose(["web_darwin_arm64", "web_windows_amd64.exe"])).toThrow("has no file for linux/amd64");
    expect(() => choose(["web", "cli"])).toThrow("several files that may be the program (web, cli)");
    expect(() => choose(["SHA256SUMS"])).toThrow("has no file for linux/amd64 (SHA256SUMS)");
    expect(() => choose([])).toThrow("(none)");
  });
});
