import type { z } from "zod";

/** A small JSON document of somebody else; undefined when there is none, it is no JSON, or not of this shape. */
export function readJson<S extends z.ZodType>(schema: S, text: string | undefined): z.output<S> | undefined {
  if (text === undefined) return undefined;
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
