import { join } from "node:path";
import type { Platform } from "#shared/domain/artifact/platform.ts";
import { runSpec } from "#shared/domain/release/run-spec.ts";
import { ARTIFACT_PACE, type BodyPace } from "../net/body-pace.ts";
import { diskTree } from "./disk-tree.ts";
import { GithubOffer } from "./github/github-offer.ts";
import { githubPlain } from "./github/github-plain.ts";
import { GithubReader } from "./github/github-reader.ts";
import { GithubSource } from "./github/github-source.ts";
import { HttpTree } from "./http-tree.ts";
import { ociPlain } from "./oci/oci-plain.ts";
import { OciSource } from "./oci/oci-source.ts";
import { openRepository } from "./oci/open-repository.ts";
import { fileOrigin } from "./plain/file-origin.ts";
import { HttpOrigin } from "./plain/http-origin.ts";
import type { PlainOrigin } from "./plain/plain-file.ts";
import { PlainShelf } from "./plain/plain-shelf.ts";
import { PlainSource } from "./plain/plain-source.ts";
import { ReleaseFolder } from "./release-folder.ts";
import type { ReleaseSource } from "./release-source.ts";
import type { SourceConfigOf } from "./source-config.ts";
import type { PlainConfig, StandaloneApplication } from "./standalone-config.ts";
import { withPauses } from "./with-pauses.ts";

/** What sources take from the program around them: epoch milliseconds, ones that no clock moves, and where plain files lie. */
export type SourceSurroundings = {
  readonly now: () => number;
  readonly nowMs: () => number;
  readonly platform: Platform;
  readonly plainFolder: string;
};

/** How slowly files of a product may come. */
export function paceOf({ stallMs }: StandaloneApplication): BodyPace {
  return { ...ARTIFACT_PACE, windowMs: stallMs };
}

/** Opens where a product's releases come from. Nothing is asked of it yet. */
export function openSource(application: StandaloneApplication, surroundings: SourceSurroundings): ReleaseSource {
  const { plain } = application;
  const source = plain === undefined ? openSigned(application, surroundings) : openPlain(application, plain, surroundings);
  return withPauses(source, surroundings.nowMs);
}

function openSigned(application: StandaloneApplication, { now }: SourceSurroundings): ReleaseSource {
  const { source, trust, productId } = application;
  switch (source.kind) {
    case "file":
      return new ReleaseFolder({ productId, tree: diskTree(source.path), trust, now });
    case "http":
      return new ReleaseFolder({ productId, tree: new HttpTree(source), trust, now });
    case "github":
      return new GithubSource({ productId, ...openGithub(application, source, now), trust, now });
    case "oci":
      return new OciSource({ productId, repository: openRepository({ source, channel: channelOf(application), now }), trust, now });
  }
}

function openPlain(application: StandaloneApplication, plain: PlainConfig, surroundings: SourceSurroundings): ReleaseSource {
  const { platform, plainFolder, now } = surroundings;
  const { productId } = application;
  const shelf = new PlainShelf({
    folder: join(plainFolder, productId),
    terms: { productId, runSpec: plain.runSpec ?? runSpec.parse({}), platform },
    checksums: plain.checksums,
    maxBytes: plain.maxBytes,
    pace: paceOf(application),
    now,
  });
  return new PlainSource(openOrigin(application, surroundings), shelf);
}

function openOrigin(application: StandaloneApplication, { platform, now }: SourceSurroundings): PlainOrigin {
  const { source } = application;
  switch (source.kind) {
    case "file":
      return fileOrigin(source.path);
    case "http":
      return new HttpOrigin(source);
    case "github":
      return githubPlain({ ...openGithub(application, source, now), platform, pattern: source.asset });
    case "oci":
      return ociPlain({ repository: openRepository({ source, channel: channelOf(application), now }), platform, pattern: source.file });
  }
}

function openGithub({ productId, follow }: StandaloneApplication, source: SourceConfigOf<"github">, now: () => number) {
  const reader = new GithubReader(source, now);
  return { reader, offer: new GithubOffer(reader, { productId, source, wantsLatest: typeof follow === "object" }) };
}

function channelOf({ follow }: StandaloneApplication): string | undefined {
  return typeof follow === "object" ? follow.channel : undefined;
}
