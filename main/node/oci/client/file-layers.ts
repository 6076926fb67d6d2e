import type { Descriptor, ManifestDocument } from "./oci-schemas.ts";

const TITLE = "org.opencontainers.image.title";

/** The layers of a manifest that are files: those with a title, or the only layer of an artifact. Layers of container images are none. */
export function fileLayers({ layers }: ManifestDocument): readonly Descriptor[] {
  const isArtifact = !layers.some(({ mediaType }) => /\.tar(?:\+|\.|$)/.test(mediaType));
  return layers.filter((layer) => layer.annotations[TITLE] !== undefined || (isArtifact && layers.length === 1));
}

/** What a layer's file is called. A title may be a path, as ORAS writes it of what it was given; only its last part names the file. */
export function layerTitle(layer: Descriptor): string | undefined {
  return layer.annotations[TITLE]?.split(/[/\\]/).at(-1);
}
