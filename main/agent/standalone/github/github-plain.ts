import type { Platform } from "#shared/domain/artifact/platform.ts";
import { sha256OfAsset, type GithubAsset } from "#shared/domain/store/github/github-documents.ts";
import { receiveOnce } from "../../update/download.ts";
import { pause } from "../pause.ts";
import { chooseFile } from "../plain/choose-file.ts";
import type { PlainFile, PlainOrigin } from "../plain/plain-file.ts";
import type { GithubOffer } from "./github-offer.ts";
import type { GithubReader } from "./github-reader.ts";

/** What plain assets are read with. `pattern` names the asset that is the program. */
export type GithubPlainPorts = {
  readonly reader: GithubReader;
  readonly offer: GithubOffer;
  readonly platform: Platform;
  readonly pattern: string | undefined;
};

/** Programs that a project puts on GitHub as assets of its releases, as most do. The tag is the version. */
export function githubPlain(ports: GithubPlainPorts): PlainOrigin {
  const { reader, offer } = ports;
  return {
    kind: "tagged",
    place: `github:${reader.repository}`,
    news: pause,
    look: (signal) => offer.look(signal),
    file: async (version, signal) => {
      const { tag_name: tag, assets } = await offer.release(version, signal);
      const whole = assets.filter((one) => one.state === "uploaded");
      const { platform, pattern } = ports;
      const asset = chooseFile(whole, { platform, pattern, field: "asset", what: `${tag} of ${reader.repository}` });
      return describe(reader, asset, whole, version);
    },
  };
}

function describe(reader: GithubReader, asset: GithubAsset, all: readonly GithubAsset[], version: string): PlainFile {
  const { id, name, size: sizeBytes } = asset;
  const sha256 = sha256OfAsset(asset);
  return {
    // An asset never changes: another one has another id.
    fingerprint: JSON.stringify(["github", reader.repository, version, id, sizeBytes, sha256]),
    name,
    version,
    sizeBytes,
    ...(sha256 !== undefined && { sha256 }),
    bring: ({ into, ...rest }) => receiveOnce((headers) => reader.ask(asset, headers, rest.signal), { ...rest, path: into, sizeBytes }),
    beside: async (wanted, maxBytes, signal) => {
      const found = all.find((one) => one.name === wanted);
      return found && reader.small(found, maxBytes, signal);
    },
  };
}
