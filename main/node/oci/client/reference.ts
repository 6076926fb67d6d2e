import { AppError } from "#shared/errors/app-error.ts";
import { contentDigest } from "./content-digest.ts";

/** The distribution-spec's form of a tag. */
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;

/** Whether a text can be a tag; lists may hold others, which could never be asked for. */
export function isTag(text: string): boolean {
  return TAG.test(text);
}

/**
 * The path of a manifest. What is neither a tag nor a digest never becomes part of an address.
 *
 * @throws AppError INPUT_INVALID.
 */
export function manifestPath(repository: string, reference: string): string {
  if (!isTag(reference) && !contentDigest.safeParse(reference).success) {
    throw new AppError("INPUT_INVALID", "This is neither a tag nor a digest; the registry was not asked for it.");
  }
  return `/v2/${repository}/manifests/${reference}`;
}
