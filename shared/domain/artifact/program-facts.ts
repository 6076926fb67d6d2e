/** What a program needs from the host that starts it, as its own headers say. */
export type ProgramFacts = {
  /** The loader that the kernel starts first: `/lib64/ld-linux-x86-64.so.2`, `/usr/lib/dyld`. */
  readonly interpreter: string | undefined;
  /** Dynamic libraries, in the order of the file. At most {@link MOST_LIBRARIES}. */
  readonly libraries: readonly string[];
};

/** Real programs name a few dozen. */
export const MOST_LIBRARIES = 256;
