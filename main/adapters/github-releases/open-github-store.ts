import type { StoreSecret, StoreSettings } from "#shared/domain/store/store.ts";
import type { ReleaseStore } from "../../control-plane/ports/release-store.ts";
import { abandonDraft } from "./abandon-draft.ts";
import { readLocation } from "./asset-location.ts";
import { discoverReleases } from "./discover-releases.ts";
import type { KnownDrafts } from "./find-release.ts";
import { GithubClient } from "./github-client.ts";
import type { GithubSurroundings } from "./github-surroundings.ts";
import { inspectRelease } from "./inspect-release.ts";
import { moveLatest } from "./latest-release.ts";
import { probeRepository } from "./probe-repository.ts";
import { planSteps } from "./publication-steps.ts";
import { readAsset } from "./read-asset.ts";
import { tagOfVersion } from "#shared/domain/store/github/release-tag.ts";
import { runStep } from "./run-step.ts";
import { describeShortLivedUrl } from "./short-lived-url.ts";
import { withdrawRelease } from "./withdraw-release.ts";

/** Settings of a store on GitHub. */
export type GithubSettings = Extract<StoreSettings, { kind: "github" }>;

/**
 * Opens the releases of a repository on GitHub, or on an Enterprise server, as a store. Nothing is asked of it before
 * the first call; the token is read anew for each.
 */
export function openGithubStore(
  settings: GithubSettings,
  readSecret: () => Promise<StoreSecret | undefined>,
  surroundings: GithubSurroundings,
): ReleaseStore {
  const { apiUrl, owner, repository, tagPrefix } = settings;
  const { clock } = surroundings;
  const client = new GithubClient({ apiUrl, owner, repository }, readSecret, surroundings);
  const drafts: KnownDrafts = new Map();
  const tagOf = (productId: string, version: string): string => tagOfVersion(tagPrefix, productId, version);
  return {
    probe: (_productId, signal) => probeRepository(client, clock, signal),
    plan: planSteps,
    run: (step, content, context) => {
      const tag = tagOf(content.productId, content.manifest.version);
      return runStep(step, { client, clock, tag, drafts, content, context });
    },
    abandon: (content, _notes, signal) => abandonDraft(client, tagOf(content.productId, content.manifest.version), content, signal),
    moveChannel: (productId, channel, version, signal) => moveLatest(client, { tag: tagOf(productId, version), channel, version }, signal),
    withdraw: (productId, version, signal) => withdrawRelease(client, { tag: tagOf(productId, version), productId }, signal),
    open: async (location, range, signal) => readAsset(client, { assetId: readLocation(location).assetId, range, signal, clock }),
    shortLivedUrl: async (location, signal) => {
      const answer = await client.assetContent(readLocation(location).assetId, undefined, signal);
      if (answer.kind === "elsewhere") return describeShortLivedUrl(answer.address, apiUrl, clock.now());
      await answer.body.cancel();
      return undefined;
    },
    discover: (productId, signal) => discoverReleases(client, { productId, tagPrefix }, signal),
    inspect: (productId, reference, signal) => inspectRelease(client, { productId, tagPrefix, tag: reference, clock, signal }),
  };
}
