import { expect, onTestFinished } from "vitest";
import { dockerRegistry, noDockerRegistry } from "#test/fakes/docker-registry.ts";
import { FakeGithub } from "#test/fakes/github/fake-github.ts";
import type { TestStore } from "#test/integration/publication/publication-fixture.ts";
import { tempFolder } from "./temp-folder.ts";

const PLACE = { owner: "acme", repository: "web-releases" } as const;
const TOKEN = "ghp_storesOfTheTests";

/** A kind of store, with `open` for a new one that ends with the test, and why there is none here. */
export type ForeignStore = {
  readonly name: string;
  readonly open: () => Promise<Omit<TestStore, "name">>;
  readonly missing?: string | undefined;
};

/** Every kind of store that is not the local one: real ones, but for GitHub, which is played on loopback. */
export const FOREIGN_STORES: readonly ForeignStore[] = [
  { name: "folder", open: async () => ({ settings: { kind: "folder", path: await tempFolder() } }) },
  {
    name: "GitHub",
    open: async () => {
      const github = await FakeGithub.start({ ...PLACE, token: TOKEN });
      onTestFinished(async () => {
        await github.close();
        expect(github.violations).toEqual([]);
      });
      return { settings: { kind: "github", apiUrl: github.origins.api, ...PLACE }, secret: { password: TOKEN } };
    },
  },
  {
    name: "OCI registry",
    missing: noDockerRegistry,
    open: async () => ({ settings: { kind: "oci", registry: (await dockerRegistry()).url } }),
  },
];
