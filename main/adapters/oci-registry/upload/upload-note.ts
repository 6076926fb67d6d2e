import { z } from "zod";
import type { Json } from "#shared/lib/canonical-json.ts";
import { sizeBytes } from "#shared/lib/scalars.ts";

const uploadNote = z.object({
  kind: z.literal("oci-upload"),
  /** The registry that knows the session; settings may have changed since. */
  registry: z.string().max(300),
  session: z.url({ protocol: /^https?$/ }).max(8192),
  minChunkBytes: sizeBytes,
});

/** What a cut upload notes: where its session is asked for and gone on with. */
export type UploadNote = z.infer<typeof uploadNote>;

/** Reads a note of an earlier run for this registry (its origin); undefined for any other, then the upload starts over. */
export function readUploadNote(note: Json | undefined, registry: string): UploadNote | undefined {
  const read = uploadNote.safeParse(note).data;
  return read?.registry === registry ? read : undefined;
}

/** The note of a session, or undefined when its address is too long to keep. */
export function toUploadNote(registry: string, session: { readonly url: URL; readonly minChunkBytes: number }): UploadNote | undefined {
  return uploadNote.safeParse({ kind: "oci-upload", registry, session: session.url.href, minChunkBytes: session.minChunkBytes }).data;
}
