const MAX_BLOBS = 10_000;

/**
 * Which repositories of a registry are known to hold a blob, so that it can be mounted from there instead of being sent
 * again. A memory and no promise: a registry that no longer has it opens an upload instead.
 */
export class BlobWhereabouts {
  readonly #repositories = new Map<string, string>();

  /** Notes where a blob was seen last; the oldest of 10,000 is forgotten. */
  note(repository: string, sha256: string): void {
    this.#repositories.delete(sha256);
    this.#repositories.set(sha256, repository);
    const oldest = this.#repositories.size > MAX_BLOBS ? this.#repositories.keys().next().value : undefined;
    if (oldest !== undefined) this.#repositories.delete(oldest);
  }

  /** A repository that holds the blob and is not this one. */
  otherThan(repository: string, sha256: string): string | undefined {
    const known = this.#repositories.get(sha256);
    return known === repository ? undefined : known;
  }
}
