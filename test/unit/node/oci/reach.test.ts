import { describe, expect, it } from "vitest";
import { registryReach, repositoryOf } from "#main/node/oci/client/registry-address.ts";
import { isLoopback, readAddress, whyUnreachable } from "#main/node/oci/http/reach.ts";

const reach = (registry: string, allowHttp = false) => ({ registry: new URL(registry), allowHttp });
const settings = (registry: string) => ({
  kind: "oci" as const,
  registry,
  allowHttp: false,
  repositoryPrefix: "",
  credentials: "anonymous" as const,
  hostAccess: "proxy" as const,
});

describe("which addresses may be asked for a registry", () => {
  it.each(["http://localhost", "http://a.localhost:5000", "http://127.0.0.1", "http://127.9.9.9", "http://[::1]:5000"])(
    "%s is this machine",
    (url) => {
      expect(isLoopback(new URL(url))).toBe(true);
    },
  );

  it.each(["http://localhost.example", "http://127.0.0.1.example", "http://example", "http://128.0.0.1", "http://[::2]"])(
    "%s is another",
    (url) => {
      expect(isLoopback(new URL(url))).toBe(false);
    },
  );

  it("keeps a registry elsewhere from sending us to this machine's plain services", () => {
    expect(whyUnreachable(new URL("http://127.0.0.1:8080/"), reach("https://registry.example"))).toContain("plain HTTP");
    expect(whyUnreachable(new URL("http://127.0.0.1:8080/"), reach("http://127.0.0.1:5000"))).toBeUndefined();
  });

  it("takes the secure origin where a registry behind a proxy names itself with http", () => {
    const base = new URL("https://registry.example:8443/v2/");
    expect(readAddress("http://registry.example/v2/x?y=1", base, reach(base.origin)).href).toBe("https://registry.example:8443/v2/x?y=1");
    expect(() => readAddress("http://registry.example:81/v2/x", base, reach(base.origin))).toThrow(/plain HTTP/);
  });

  it("reads addresses relative to the one that was asked", () => {
    const base = new URL("https://registry.example/v2/a/blobs/uploads/");
    expect(readAddress("/v2/a/blobs/uploads/1?state=x%26", base, reach(base.origin)).href).toBe(
      "https://registry.example/v2/a/blobs/uploads/1?state=x%26",
    );
    expect(() => readAddress(undefined, base, reach(base.origin))).toThrow(/no usable address/);
  });

  it("knows where docker's own registry really is", () => {
    expect(registryReach(settings("https://docker.io")).registry.origin).toBe("https://registry-1.docker.io");
    expect(registryReach(settings("https://index.docker.io/v1/")).registry.origin).toBe("https://registry-1.docker.io");
  });

  it("refuses a path, which belongs into the prefix", () => {
    expect(() => registryReach(settings("https://registry.example/team/apps"))).toThrow(/Give https:\/\/registry\.example as the address/);
  });
});

describe("the repository of an application", () => {
  it("is its product id below the prefix", () => {
    expect([repositoryOf("", "org.example.web"), repositoryOf("team/apps", "org.example.web")]).toEqual([
      "org.example.web",
      "team/apps/org.example.web",
    ]);
  });

  it.each(["org.example-", "org.a-.b", "o".repeat(300)])("is refused for %s, which registries do not take", (productId) => {
    expect(() => repositoryOf("", productId)).toThrow(/nothing was sent/);
  });
});
