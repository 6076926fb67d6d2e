import { foundPlatform } from "#shared/domain/artifact/found-platform.ts";
import { pickArtifact, platform as platformSchema, type Platform } from "#shared/domain/artifact/platform.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { sha256Of } from "#main/node/oci/client/content-digest.ts";
import { fileLayers, layerTitle } from "#main/node/oci/client/file-layers.ts";
import { getManifest, type FetchedManifest } from "#main/node/oci/client/manifests.ts";
import { indexDocument, isIndexType, manifestDocument, type Descriptor } from "#main/node/oci/client/oci-schemas.ts";
import { parseDocument } from "#main/node/oci/client/parse-document.ts";
import { receiveOnce } from "../../update/download.ts";
import { pause } from "../pause.ts";
import { chooseFile } from "../plain/choose-file.ts";
import type { PlainFile, PlainOrigin } from "../plain/plain-file.ts";
import type { RegistryRepository } from "./registry-repository.ts";

/** What plain artifacts are read with. `pattern` names the file that is the program, where there are several. */
export type OciPlainPorts = { readonly repository: RegistryRepository; readonly platform: Platform; readonly pattern: string | undefined };

/** Programs that somebody pushed to a registry as files, as ORAS does it. The tag is the version, an index has one per platform. */
export function ociPlain({ repository, platform, pattern }: OciPlainPorts): PlainOrigin {
  return {
    kind: "tagged",
    place: repository.place,
    news: pause,
    look: (signal) => repository.look(signal),
    file: async (version, signal) => {
      const what = `${repository.place}:${version}`;
      const found = await forPlatform(repository, await repository.document(version, signal), { platform, what, signal });
      const layers = fileLayers(parseDocument(manifestDocument, found.bytes, what));
      if (layers.length === 0)
        throw new AppError("ENV_UNSUPPORTED", `${what} holds a container image or nothing, and no file; nothing was installed.`);
      const files = layers.map((layer) => ({ name: layerTitle(layer) ?? repository.repository.split("/").at(-1) ?? "program", layer }));
      const [only] = files;
      const chosen =
        files.length === 1 && only !== undefined && pattern === undefined
          ? only
          : chooseFile(files, { platform, pattern, field: "file", what });
      return describe(repository, version, chosen);
    },
  };
}

type Wish = { readonly platform: Platform; readonly what: string; readonly signal: AbortSignal };

/** The manifest for this host: what the tag points at, or the fitting entry of its index. @throws AppError ENV_UNSUPPORTED. */
async function forPlatform(
  { client, repository }: RegistryRepository,
  found: FetchedManifest,
  { platform, what, signal }: Wish,
): Promise<FetchedManifest> {
  if (!isIndexType(found.mediaType)) return found;
  const entries = parseDocument(indexDocument, found.bytes, what).manifests.flatMap((entry) => {
    const said = platformSchema.safeParse(foundPlatform(entry));
    return said.success ? [{ platform: said.data, entry }] : [];
  });
  const picked = pickArtifact(entries, platform);
  const manifest = picked && (await getManifest(client, repository, picked.entry.digest, signal));
  if (manifest !== undefined) return manifest;
  throw new AppError("ENV_UNSUPPORTED", `${what} has nothing for ${platform}; nothing was installed.`);
}

function describe(
  repository: RegistryRepository,
  version: string,
  { name, layer }: { readonly name: string; readonly layer: Descriptor },
): PlainFile {
  const { digest, size: sizeBytes } = layer;
  const sha256 = sha256Of(digest);
  if (sha256 === undefined)
    throw new AppError(
      "ENV_UNSUPPORTED",
      `${repository.place}:${version} names its file by another digest than SHA-256; it was not installed.`,
    );
  return {
    fingerprint: JSON.stringify(["oci", repository.place, version, digest, name]),
    name,
    version,
    sizeBytes,
    sha256,
    bring: ({ into, ...rest }) =>
      receiveOnce((headers) => repository.ask(digest, sizeBytes, headers, rest.signal), { ...rest, path: into, sizeBytes }),
    // What a registry holds is named by its digest; a list beside it could say no more.
    beside: () => Promise.resolve(undefined),
  };
}
