import { isSemver } from "../../../lib/semver.ts";

const PRODUCT = "{product}";

/** The git tag of a version: the prefix of the settings, with `{product}` filled in, before the version. */
export function tagOfVersion(tagPrefix: string, productId: string, version: string): string {
  return `${fillPrefix(tagPrefix, productId)}${version}`;
}

/**
 * The version that a tag stands for, or undefined. Our own prefix comes first; tags of others are read with or without
 * `v`, alone (`v1.4.2`) or behind a name (`web-1.4.2`, `web/v1.4.2`, `web@1.4.2`).
 */
export function versionOfTag(tagPrefix: string, productId: string, tag: string): string | undefined {
  const prefix = fillPrefix(tagPrefix, productId);
  const own = tag.startsWith(prefix) ? tag.slice(prefix.length) : "";
  if (isSemver(own)) return own;
  const found = /(?:^|[/@_-])v?(\d+\.\d+\.\d+(?:[-+].*)?)$/.exec(tag)?.[1];
  return found !== undefined && isSemver(found) ? found : undefined;
}

/** Where several applications share a repository, only tags with the product's prefix are its own; else all of them are. */
export function isTagOfProduct(tagPrefix: string, productId: string, tag: string): boolean {
  return !tagPrefix.includes(PRODUCT) || tag.startsWith(fillPrefix(tagPrefix, productId));
}

function fillPrefix(tagPrefix: string, productId: string): string {
  return tagPrefix.replaceAll(PRODUCT, productId);
}
