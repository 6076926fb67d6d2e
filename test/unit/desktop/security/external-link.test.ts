import { describe, expect, it } from "vitest";
import { externalLink } from "#main/desktop/security/external-link.ts";

describe("a link out of the console", () => {
  it("is offered with its host when it leads to a known site", () => {
    expect(externalLink("https://github.com/example/rollcall#readme")).toEqual({
      kind: "allowed",
      url: "https://github.com/example/rollcall#readme",
      host: "github.com",
    });
    expect(externalLink("https://GitHub.com:443/x")).toMatchObject({ kind: "allowed", host: "github.com" });
  });

  it.each([
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)//https://github.com",
    "file:///etc/passwd",
    "smb://github.com/share",
    "data:text/html,hello",
    "http://github.com/",
    "https://github.com.evil.example/",
    "https://evil-github.com/",
    "https://github.com@evil.example/",
    "https://user:secret@github.com/",
    "https://github.com:8443/",
    "https://gıthub.com/",
    "//github.com/",
    "github.com",
    "",
    `https://github.com/${"a".repeat(3000)}`,
  ])("is refused for %s", (address) => {
    expect(externalLink(address).kind).toBe("refused");
  });
});
