import type { IncomingMessage } from "node:http";
import type { z } from "zod";
import { AppError } from "#shared/errors/app-error.ts";

/** What a body of JSON is held against. */
export type BodyLimit = { readonly maxBytes: number };

/**
 * Reads a body of JSON whole, bounded; undefined when there is none.
 *
 * @throws AppError INPUT_CONTENT_TYPE, INPUT_TOO_LARGE or INPUT_INVALID; nothing was done with it.
 */
export async function readJsonBody(request: IncomingMessage, { maxBytes }: BodyLimit): Promise<unknown> {
  const bytes = await readBytes(request, maxBytes);
  if (bytes.length === 0) return undefined;
  const type = request.headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase();
  if (type !== "application/json") {
    throw new AppError("INPUT_CONTENT_TYPE", "A body of application/json is taken here, nothing else; nothing was done.");
  }
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch (cause) {
    throw new AppError("INPUT_INVALID", "The body is not JSON; nothing was done.", { cause });
  }
}

/** Reads a body of JSON through its schema. Throws as {@link readJsonBody} does. */
export async function readBodyAs<S extends z.ZodType>(request: IncomingMessage, schema: S, limit: BodyLimit): Promise<z.output<S>> {
  const parsed = schema.safeParse(await readJsonBody(request, limit));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = (issue?.path ?? []).join(".").slice(0, 100);
  const where = field === "" ? "The body" : `The field "${field}"`;
  throw new AppError("INPUT_INVALID", `${where} is not acceptable: ${(issue?.message ?? "wrong form").slice(0, 300)}. Nothing was done.`, {
    cause: parsed.error,
  });
}

async function readBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const tooLarge = () => new AppError("INPUT_TOO_LARGE", `A body of more than ${maxBytes} bytes is not read; nothing was done.`);
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) throw tooLarge();
  const pieces: Buffer[] = [];
  let size = 0;
  const chunks: AsyncIterable<Buffer> = request;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge();
    pieces.push(chunk);
  }
  return Buffer.concat(pieces);
}
