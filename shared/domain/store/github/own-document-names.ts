/** Name of the list that `sha256sum -c` reads. */
export const CHECKSUMS_NAME = "SHA256SUMS";
/** Name of the release manifest, which makes a release one of ours. */
export const MANIFEST_NAME = "rollcall-release.json";
const BUNDLE_NAME = /^rollcall-release(?:\.[0-9a-z]{1,16})?\.sigstore\.json$/;

/** Whether an asset is a signature of the release manifest, as we put one there for each key. */
export function isBundleName(name: string): boolean {
  return BUNDLE_NAME.test(name.toLowerCase());
}

/** Whether an asset is one of the documents that we put beside artifacts. */
export function isOwnDocument(name: string): boolean {
  const lower = name.toLowerCase();
  return lower === CHECKSUMS_NAME.toLowerCase() || lower === MANIFEST_NAME || isBundleName(lower);
}
