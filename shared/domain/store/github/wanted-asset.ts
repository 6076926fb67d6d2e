/** A file as it should lie in a release. The label is shown to people, and tells our assets from others of the same name. */
export type WantedAsset = { readonly name: string; readonly label: string; readonly sha256: string; readonly sizeBytes: number };
