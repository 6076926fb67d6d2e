import { readFile } from "node:fs/promises";
import { z } from "zod";
import { probeOverrides } from "#shared/domain/release/probe.ts";
import { productId } from "#shared/domain/release/release.ts";
import { runSpec } from "#shared/domain/release/run-spec.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { isNotFound } from "#main/node/disk-error.ts";

const applicationOverrides = z.strictObject({
  environment: runSpec.shape.environment,
  ...probeOverrides,
  /** Whether the application may go back to a version of this disk by itself, over its socket. */
  allowLocalRollback: z.boolean().optional(),
});

/**
 * The host's own file, `overrides.json`: what this machine needs to be different, by product id, and under `accept` which
 * products it installs at all. The environment is laid over the signed run spec's; `probeUrl` (of an HTTP probe) and
 * `probePort` (of an HTTP or TCP one) move the probe to where the environment moved the service, on this machine only. A
 * product id has a dot, so `accept` is none.
 */
export const overrides = z
  .object({ accept: z.array(productId).max(200).optional() })
  .catchall(applicationOverrides)
  .refine((all) => Object.keys(all).every((key) => key === "accept" || productId.safeParse(key).success), {
    error: "every key but accept must be a product id",
  })
  .transform(({ accept, ...applications }) => ({ accept, applications }));
export type Overrides = z.infer<typeof overrides>;
/** What one machine says of one product. */
export type ApplicationOverrides = z.infer<typeof applicationOverrides>;

const NONE: Overrides = { accept: undefined, applications: {} };

/**
 * Reads the overrides; a file that is not there overrides nothing.
 *
 * @throws AppError INPUT_INVALID when it is there and says something else than it may.
 */
export async function readOverrides(path: string): Promise<Overrides> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (thrown) {
    if (isNotFound(thrown)) return NONE;
    throw thrown;
  }
  try {
    const document: unknown = JSON.parse(text);
    return overrides.parse(document);
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? z.prettifyError(cause) : "it is not JSON";
    throw new AppError("INPUT_INVALID", `The host's own file ${path} cannot be used: ${reason.slice(0, 300)}. Nothing of it was applied.`, {
      cause,
      details: { path },
    });
  }
}
