/** What an archive says of one of its entries, before anybody has judged it. */
export type MemberHead = {
  /** As it stands in the archive: not cleaned, not checked. */
  readonly path: string;
  /** `other` is a device, a pipe, a sparse file or a type that nobody knows; `what` names it to people. */
  readonly kind: "file" | "folder" | "symlink" | "hardlink" | "other";
  readonly sizeBytes: number;
  /** Unix permission bits; undefined where the archive was made on a system without them. */
  readonly mode: number | undefined;
  /** Of a link: where it points, as it stands in the archive. */
  readonly target?: string;
  readonly what?: string;
};

/** One entry and its bytes. The bytes are good until the next entry is asked for; what is not read is skipped. */
export type ArchiveMember = MemberHead & { readonly body: () => AsyncIterable<Uint8Array> };

/** The entries of an archive in the order of the archive. Reading throws `ARTIFACT_ARCHIVE_REFUSED` where it is broken. */
export type ArchiveMembers = AsyncGenerator<ArchiveMember, void, undefined>;
