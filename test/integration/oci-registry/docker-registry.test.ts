import { describe } from "vitest";
import { dockerRegistry, noDockerRegistry, REGISTRY_ACCOUNT } from "#test/fakes/docker-registry.ts";
import { registryTokenServer } from "#test/fakes/registry-token-server.ts";
import { storeConformance } from "./store-conformance.ts";

if (noDockerRegistry !== undefined) console.log(`skipped: ${noDockerRegistry}`);

describe.skipIf(noDockerRegistry !== undefined)("Debian's docker-registry", () => {
  describe("that lets everybody in", () => {
    storeConformance(async () => ({ url: (await dockerRegistry()).url }));
  });

  describe("that asks for a password", () => {
    storeConformance(async () => ({ url: (await dockerRegistry({ auth: "basic" })).url, options: { secret: REGISTRY_ACCOUNT } }));
  });

  describe("that asks for tokens", () => {
    storeConformance(async () => {
      const registry = await dockerRegistry({ auth: await registryTokenServer() });
      return { url: registry.url, options: { secret: REGISTRY_ACCOUNT } };
    });
  });
});
