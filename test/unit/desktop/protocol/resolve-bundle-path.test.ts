import { describe, expect, it } from "vitest";
import { resolveBundlePath } from "#main/desktop/protocol/resolve-bundle-path.ts";

describe("a request to the bundle", () => {
  it.each([
    ["app://rollcall/assets/index-Bq1.js", ["assets", "index-Bq1.js"], "text/javascript; charset=utf-8"],
    ["app://rollcall/assets/index.css?v=3#x", ["assets", "index.css"], "text/css; charset=utf-8"],
    ["app://rollcall//assets//inter_latin.woff2", ["assets", "inter_latin.woff2"], "font/woff2"],
  ])("reads the file that %s names", (address, segments, mediaType) => {
    expect(resolveBundlePath(address)).toEqual({ kind: "file", segments, mediaType });
  });

  it.each([
    "app://rollcall",
    "app://rollcall/",
    "app://rollcall/index.html",
    "app://rollcall/rollouts/0d2f7c1e-52a8-4b1d-9d7e-0a4f6b1c2d3e",
    "app://rollcall/applications/com.example.web",
    "app://rollcall/hosts?search=a%2Fb",
    "app://rollcall/fleets/caf%C3%A9",
  ])("gets the page for the view %s", (address) => {
    expect(resolveBundlePath(address)).toEqual({ kind: "page" });
  });

  it.each([
    ["parent folders", "app://rollcall/../package.json", 403],
    ["parent folders in the middle", "app://rollcall/assets/../../secret.js", 403],
    ["encoded parent folders", "app://rollcall/%2e%2e/secret.js", 403],
    ["half encoded parent folders", "app://rollcall/.%2e/secret.js", 403],
    ["an encoded slash", "app://rollcall/assets%2f..%2fsecret.js", 400],
    ["an encoded slash alone", "app://rollcall/a%2Fb.js", 400],
    ["a backslash", "app://rollcall/assets\\..\\secret.js", 400],
    ["an encoded backslash", "app://rollcall/..%5csecret.js", 400],
    ["a NUL", "app://rollcall/assets/x.js%00.png", 400],
    ["a line break", "app://rollcall/assets/x%0a.js", 400],
    ["double encoding", "app://rollcall/%252e%252e/secret.js", 400],
    ["broken encoding", "app://rollcall/%zz.js", 400],
    ["a hidden file", "app://rollcall/.env.json", 403],
    ["a hidden folder", "app://rollcall/.git/config.json", 403],
    ["a drive", "app://rollcall/C:/windows/x.js", 403],
    ["another host", "app://evil/assets/x.js", 403],
    ["a host that only begins like ours", "app://rollcall.evil/assets/x.js", 403],
    ["a port", "app://rollcall:1/assets/x.js", 403],
    ["credentials", "app://me@rollcall/assets/x.js", 403],
    ["another scheme", "file:///etc/passwd", 403],
    ["no address", "x.js", 400],
    ["an endless address", `app://rollcall/${"a".repeat(3000)}`, 400],
  ])("is refused for %s", (_what, address, status) => {
    expect(resolveBundlePath(address)).toMatchObject({ kind: "refused", status });
  });
});
