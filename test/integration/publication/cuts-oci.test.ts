import { hash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { cuttingRelay } from "#test/fakes/cutting-relay.ts";
import { dockerRegistry, noDockerRegistry, type DockerRegistry } from "#test/fakes/docker-registry.ts";
import { PRODUCT } from "../release/release-fixture.ts";
import { publishUnderCuts, type CutRelease } from "./cut-runs.ts";
import { PublicationFixture } from "./publication-fixture.ts";

if (noDockerRegistry !== undefined) console.warn(`cuts of a registry are not tried: ${noDockerRegistry}`);

const ACCEPT = { accept: "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json" };
const index = z.object({ manifests: z.array(z.object({ digest: z.string() })) });
const manifest = z.object({ layers: z.array(z.object({ digest: z.string(), annotations: z.record(z.string(), z.string()) })) });

describe.skipIf(noDockerRegistry !== undefined)("a registry behind a network that cuts connections", () => {
  it("gets every release whole, once, by 200 random cuts and nobody's help", { timeout: 300_000 }, async () => {
    const registry = await dockerRegistry();
    const relay = await cuttingRelay(registry.port);
    const fixture = await PublicationFixture.open();
    const settings = { kind: "oci" as const, registry: `http://127.0.0.1:${relay.port}` };
    const store = await fixture.addStore({ name: "registry", settings });
    const published = await publishUnderCuts(fixture, store.id, [relay]);
    const tags = z.object({ tags: z.array(z.string()) }).parse(await json(registry, `${PRODUCT}/tags/list`)).tags;
    expect(tags.filter((tag) => !tag.startsWith("sha256-")).toSorted()).toEqual(published.map((one) => one.version).toSorted());
    for (const release of published) expect(await filesOf(registry, release)).toEqual(digestsOf(release));
    const rows = await fixture.client.releases.list({ applicationId: fixture.releases.applicationId });
    expect(rows.every((row) => row.state === "published" && row.stores.length === 1)).toBe(true);
  });
});

function digestsOf({ files }: CutRelease): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, hash("sha256", bytes)]));
}

/** The files of a version as the registry has them, each fetched and hashed. */
async function filesOf(registry: DockerRegistry, { version }: CutRelease): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const { digest } of index.parse(await json(registry, `${PRODUCT}/manifests/${version}`)).manifests) {
    for (const layer of manifest.parse(await json(registry, `${PRODUCT}/manifests/${digest}`)).layers) {
      const answer = await fetch(`${registry.url}/v2/${PRODUCT}/blobs/${layer.digest}`);
      const name = layer.annotations["org.opencontainers.image.title"] ?? "";
      if (!name.endsWith(".json")) found[name] = hash("sha256", new Uint8Array(await answer.arrayBuffer()));
    }
  }
  return found;
}

async function json(registry: DockerRegistry, path: string): Promise<unknown> {
  return (await fetch(`${registry.url}/v2/${path}`, { headers: ACCEPT })).json();
}
