import { hash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { PlannedStep, ReleaseStore } from "#main/control-plane/ports/release-store.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { seededRandom } from "#test/builders/seeded-random.ts";
import { type CuttingRelay, cuttingRelay } from "#test/fakes/cutting-relay.ts";
import type { StoredRelease } from "#test/fakes/github/github-state.ts";
import { aPublication, type TestPublication } from "./a-publication.ts";
import { type GithubWorld, githubWorld, stepContext } from "./github-world.ts";

const RUNS = 50;
const MAX_TRIES = 12;

describe("a publication to GitHub whose connections are cut", () => {
  it.each([
    { seed: 1, server: "GitHub", isEnterprise: false },
    { seed: 2, server: "GitHub", isEnterprise: false },
    { seed: 3, server: "GitHub", isEnterprise: false },
    { seed: 4, server: "an Enterprise server that tells no digests", isEnterprise: true },
  ])(`completes at ${RUNS} random bytes on $server, with no duplicate and no half asset (seed $seed)`, async ({ seed, isEnterprise }) => {
    const world = await githubWorld({ isEnterprise });
    world.github.state.tellsDigests = !isEnterprise;
    const relays = await relaysInFront(world);
    const publication = (run: number): TestPublication => aPublication({ version: `1.0.${run}`, files: someFiles(run) });
    const traffic = await measure(relays, () => publishThrough(world.open(), publication(0)));
    const random = seededRandom(seed);
    for (let run = 1; run <= RUNS; run += 1) {
      world.github.state.releases = [];
      const { relay, direction, bytes } = pick(traffic, random());
      relay.arm({ direction, afterBytes: Math.floor(random() * bytes), scope: run % 5 === 0 ? "all" : "connection" });
      await publishThrough(world.open(), publication(run));
      relay.disarm();
      expect(world.github.state.releases.map(describeRelease), `run ${run}`).toEqual([expectedRelease(publication(run))]);
    }
    const cuts = relays.reduce((sum, one) => sum + one.cuts, 0);
    expect(cuts).toBeGreaterThan(RUNS / 2);
  });

  it("goes on when GitHub is gone for a while, and sends no byte of what had arrived a second time", async () => {
    const world = await githubWorld();
    const [api] = await relaysInFront(world);
    const publication = aPublication();
    const steps = world.store.plan(publication.content);
    const store = world.open();
    for (const step of steps.slice(0, 4)) await store.run(step, publication.content, stepContext(publication));
    api?.setDown(true);
    await expect(store.run(steps[4]!, publication.content, stepContext(publication))).rejects.toMatchObject({
      code: "REMOTE_UNREACHABLE",
      retryable: true,
    });
    api?.setDown(false);
    await publishThrough(world.open(), publication);
    const uploads = world.github.seen.filter((one) => one.operation === "repos/upload-release-asset");
    expect(uploads).toHaveLength(6);
    expect(world.github.state.releases.map(describeRelease)).toEqual([expectedRelease(publication)]);
  });
});

/** One relay per origin, in the order API, uploads, storage. */
async function relaysInFront({ github }: GithubWorld): Promise<readonly CuttingRelay[]> {
  const { ports } = github;
  const [api, uploads, storage] = await Promise.all([cuttingRelay(ports.api), cuttingRelay(ports.uploads), cuttingRelay(ports.storage)]);
  github.origins = github.originsAt({ api: api.port, uploads: uploads.port, storage: storage.port });
  return [api, uploads, storage];
}

/** Does each step until it is done, as the publication's runner does, and counts on every failure being worth a retry. */
async function publishThrough(store: ReleaseStore, publication: TestPublication): Promise<void> {
  for (const step of store.plan(publication.content)) await untilDone(store, step, publication);
}

async function untilDone(store: ReleaseStore, step: PlannedStep, publication: TestPublication): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await store.run(step, publication.content, stepContext(publication));
      return;
    } catch (thrown) {
      if (!(thrown instanceof AppError) || !thrown.retryable || tries === MAX_TRIES) throw thrown;
    }
  }
}

type Traffic = readonly { readonly relay: CuttingRelay; readonly direction: "up" | "down"; readonly bytes: number }[];

/** How many bytes one undisturbed publication moves each way. */
async function measure(relays: readonly CuttingRelay[], run: () => Promise<void>): Promise<Traffic> {
  const before = relays.map((one) => ({ ...one.passed }));
  await run();
  return relays.flatMap((relay, index) =>
    (["up", "down"] as const).map((direction) => ({
      relay,
      direction,
      bytes: relay.passed[direction] - (before[index]?.[direction] ?? 0),
    })),
  );
}

function pick(traffic: Traffic, at: number): Traffic[number] {
  const used = traffic.filter((one) => one.bytes > 0);
  return used[Math.floor(at * used.length)] ?? used[0]!;
}

function someFiles(run: number): readonly { readonly platform: string; readonly fileName: string; readonly bytes: Buffer }[] {
  return ["linux/amd64", "linux/arm64"].map((platform) => ({
    platform,
    fileName: "web",
    bytes: Buffer.alloc(50_000, `${platform} ${run} `),
  }));
}

function describeRelease(release: StoredRelease): unknown {
  return {
    draft: release.draft,
    assets: release.assets
      .map(({ name, state, size, sha256 }) => ({ name, state, size, sha256 }))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .filter((one) => !isText(one.name)),
    names: release.assets.map((one) => one.name).toSorted(),
  };
}

function expectedRelease({ content }: TestPublication): unknown {
  const assets = content.manifest.artifacts.map((one) => ({
    name: `web-${one.platform.replace("/", "-")}`,
    state: "uploaded",
    size: one.sizeBytes,
    sha256: one.digests.sha256,
  }));
  const bundles = ["rollcall-release.b2b2b2b2b2b2b2b2.sigstore.json", "rollcall-release.json", "rollcall-release.sigstore.json"];
  const manifest = {
    name: "rollcall-release.json",
    state: "uploaded",
    size: content.manifestBytes.length,
    sha256: hash("sha256", content.manifestBytes),
  };
  return { draft: false, assets: [manifest, ...assets], names: ["SHA256SUMS", ...bundles, ...assets.map((one) => one.name)] };
}

function isText(name: string): boolean {
  return name === "SHA256SUMS" || name.endsWith(".sigstore.json");
}
