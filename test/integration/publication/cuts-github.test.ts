import { hash } from "node:crypto";
import { describe, expect, it, onTestFinished } from "vitest";
import { openGithubStore } from "#main/adapters/github-releases/open-github-store.ts";
import { systemClock } from "#main/adapters/system/system-clock.ts";
import type { OpenReleaseStore } from "#main/control-plane/ports/release-store.ts";
import { cuttingRelay } from "#test/fakes/cutting-relay.ts";
import { FakeGithub } from "#test/fakes/github/fake-github.ts";
import { quietLogger } from "#test/fakes/quiet-logger.ts";
import { publishUnderCuts } from "./cut-runs.ts";
import { PublicationFixture } from "./publication-fixture.ts";

const PLACE = { owner: "acme", repository: "web-releases" } as const;
const TOKEN = "ghp_cutNetworkTokenOfTheTests0123456789";

/** The adapter as the shells open it, that waits a millisecond where it would wait a second. */
const openHastily: OpenReleaseStore = (settings, readSecret) => {
  if (settings.kind !== "github") throw new Error("only GitHub here");
  return openGithubStore(settings, readSecret, { clock: systemClock, logger: quietLogger(), userAgent: "rollcall/test", retryBaseMs: 1 });
};

describe("GitHub behind a network that cuts connections", () => {
  it("gets every release whole, once, by 200 random cuts and nobody's help", { timeout: 300_000 }, async () => {
    const github = await FakeGithub.start({ ...PLACE, token: TOKEN });
    onTestFinished(() => github.close());
    const [api, uploads, storage] = [
      await cuttingRelay(github.ports.api),
      await cuttingRelay(github.ports.uploads),
      await cuttingRelay(github.ports.storage),
    ];
    github.origins = github.originsAt({ api: api.port, uploads: uploads.port, storage: storage.port });
    const fixture = await PublicationFixture.open({ openReleaseStore: openHastily });
    const settings = { kind: "github" as const, apiUrl: github.origins.api, ...PLACE };
    const store = await fixture.addStore({ name: "github", settings, secret: { password: TOKEN } });
    const published = await publishUnderCuts(fixture, store.id, [uploads, api, storage]);
    const there = github.state.releases;
    expect(there.filter((one) => one.draft)).toEqual([]);
    expect(there.map((one) => one.tag).toSorted()).toEqual(published.map((one) => `v${one.version}`).toSorted());
    for (const release of published) {
      const assets = there.find((one) => one.tag === `v${release.version}`)?.assets ?? [];
      expect(new Set(assets.map((one) => one.name)).size).toBe(assets.length);
      for (const [name, bytes] of Object.entries(release.files))
        expect(assets.find((one) => one.name === name)?.sha256).toBe(hash("sha256", bytes));
    }
    expect(github.violations).toEqual([]);
  });
});
