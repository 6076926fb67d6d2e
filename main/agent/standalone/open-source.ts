import { diskTree } from "./disk-tree.ts";
import { GithubOffer } from "./github/github-offer.ts";
import { GithubReader } from "./github/github-reader.ts";
import { GithubSource } from "./github/github-source.ts";
import { HttpTree } from "./http-tree.ts";
import { OciSource } from "./oci/oci-source.ts";
import { openRepository } from "./oci/open-repository.ts";
import { ReleaseFolder } from "./release-folder.ts";
import type { ReleaseSource } from "./release-source.ts";
import type { StandaloneApplication } from "./standalone-config.ts";
import { withPauses } from "./with-pauses.ts";

/** What sources take from the program around them: epoch milliseconds, and ones that no clock moves. */
export type SourceSurroundings = { readonly now: () => number; readonly nowMs: () => number };

/** Opens where a product's releases come from. Nothing is asked of it yet. */
export function openSource(application: StandaloneApplication, surroundings: SourceSurroundings): ReleaseSource {
  return withPauses(openBare(application, surroundings), surroundings.nowMs);
}

function openBare(application: StandaloneApplication, { now }: SourceSurroundings): ReleaseSource {
  const { source, trust, productId, follow } = application;
  const channel = typeof follow === "string" ? undefined : follow.channel;
  switch (source.kind) {
    case "file":
      return new ReleaseFolder({ productId, tree: diskTree(source.path), trust, now });
    case "http":
      return new ReleaseFolder({ productId, tree: new HttpTree(source), trust, now });
    case "github": {
      const reader = new GithubReader(source, now);
      const offer = new GithubOffer(reader, { productId, source, wantsLatest: channel !== undefined });
      return new GithubSource({ productId, reader, offer, trust, now });
    }
    case "oci":
      return new OciSource({ productId, repository: openRepository({ source, channel, now }), trust, now });
  }
}
