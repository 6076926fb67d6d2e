import { describe, expect, it } from "vitest";
import { readNameFacts } from "#shared/domain/artifact/name-facts.ts";

describe("readNameFacts", () => {
  it.each([
    ["web-1.4.2-linux-amd64", { name: "web", version: "1.4.2", platform: "linux/amd64" }],
    ["web_v2.0.0-rc.1_darwin_arm64.tar.gz", { name: "web", version: "2.0.0-rc.1", platform: "darwin/arm64" }],
    ["my-tool-x86_64-unknown-linux-musl", { name: "my-tool", platform: "linux/amd64+musl" }],
    ["agent-0.3.0-windows-x64.exe", { name: "agent", version: "0.3.0", platform: "windows/amd64" }],
    ["demo_1.2.3", { name: "demo", version: "1.2.3" }],
    ["linux", { name: "linux" }],
    ["constructor-1.0.0", { name: "constructor", version: "1.0.0" }],
    ["1.2.3", { version: "1.2.3" }],
  ])("reads %s", (fileName, facts) => {
    expect(readNameFacts(fileName)).toEqual(facts);
  });

  it("says nothing about a platform of which the name has only half", () => {
    expect(readNameFacts("web-linux").platform).toBeUndefined();
  });
});
