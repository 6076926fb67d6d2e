import { describe } from "vitest";
import { REGISTRY_ACCOUNT } from "#test/fakes/docker-registry.ts";
import type { StrictRegistryOptions } from "#test/fakes/oci-registry/registry-options.ts";
import { strictRegistry } from "#test/fakes/oci-registry/strict-registry.ts";
import { registryTokenServer } from "#test/fakes/registry-token-server.ts";
import { storeConformance } from "./store-conformance.ts";

/** Registries differ; the adapter's promises do not. */
const KINDS: readonly (readonly [string, StrictRegistryOptions])[] = [
  ["that has everything", {}],
  ["that has no referrers API", { referrers: false }],
  ["that wants large parts and names whole addresses", { minChunkBytes: 100_000, locations: "absolute" }],
  ["that takes no parts and mounts nothing", { uploads: "whole", mounts: false }],
  ["that keeps its blobs elsewhere", { redirectsBlobs: true }],
  ["that lists one tag per page", { pageSize: 1 }],
];

describe.each(KINDS)("a strict registry %s", (_what, options) => {
  storeConformance(async () => ({ url: (await strictRegistry(options)).url }));
});

describe("a strict registry whose tokens are good for three requests", () => {
  storeConformance(async () => {
    const registry = await strictRegistry({ auth: await registryTokenServer(), tokenUses: 3, redirectsBlobs: true });
    return { url: registry.url, options: { secret: REGISTRY_ACCOUNT } };
  });
});
