import { describe, expect, it } from "vitest";
import { readRegistryPath } from "#main/server/http/registry-path.ts";

const SHA256 = "a".repeat(64);

describe("readRegistryPath", () => {
  it.each([
    ["/v2/", { kind: "version" }],
    ["/v2/org.example.web/tags/list", { kind: "tags", productId: "org.example.web" }],
    [
      "/v2/org.example.web/manifests/1.4.2_build.5",
      { kind: "manifest", productId: "org.example.web", reference: { tag: "1.4.2_build.5" } },
    ],
    [`/v2/org.example.web/manifests/sha256:${SHA256}`, { kind: "manifest", productId: "org.example.web", reference: { sha256: SHA256 } }],
    [`/v2/org.example.web/blobs/sha256:${SHA256}`, { kind: "blob", productId: "org.example.web", sha256: SHA256 }],
    [`/v2/org.example.web/referrers/sha256:${SHA256}`, { kind: "referrers", productId: "org.example.web", sha256: SHA256 }],
  ])("reads %s", (path, meaning) => {
    expect(readRegistryPath(path)).toEqual(meaning);
  });

  it.each([
    "",
    "/",
    "/v1/org.example.web/tags/list",
    "/v2/web/tags/list",
    "/v2/../tags/list",
    "/v2/org.example.web/blobs/1.4.2",
    `/v2/org.example.web/blobs/sha512:${SHA256}`,
    `/v2/org.example.web/blobs/sha256:${SHA256.toUpperCase()}`,
    `/v2/org.example.web/blobs/sha256:${SHA256}/x`,
    "/v2/org.example.web/blobs/uploads/",
    "/v2/org.example.web/manifests/-leading",
    "/v2/_catalog",
  ])("knows no endpoint %j", (path) => {
    expect(readRegistryPath(path)).toEqual({ kind: "unknown" });
  });
});
