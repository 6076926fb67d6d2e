import * as z from "zod/mini";

/** Where a socket listens, with nothing left open: numeric host, absolute path, owner by number (-1 leaves it). */
export const heldPlace = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("tcp"), host: z.string().check(z.maxLength(64)), port: z.int().check(z.minimum(1), z.maximum(65_535)) }),
  z.object({
    kind: z.literal("unix"),
    path: z.string().check(z.maxLength(1000)),
    mode: z.int().check(z.minimum(0), z.maximum(0o777)),
    uid: z.int().check(z.minimum(-1)),
    gid: z.int().check(z.minimum(-1)),
  }),
]);
export type HeldPlace = z.infer<typeof heldPlace>;

/** A place and the name under which an application gets it. */
export type WantedSocket = { readonly name: string; readonly place: HeldPlace };

/** What makes two places the same. Mode and owner are no part of it: they can be changed while somebody listens. */
export function placeKey(place: HeldPlace): string {
  if (place.kind === "unix") return place.path;
  return place.host.includes(":") ? `[${place.host}]:${place.port}` : `${place.host}:${place.port}`;
}
