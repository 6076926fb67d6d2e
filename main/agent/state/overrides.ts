import { readFile } from "node:fs/promises";
import { z } from "zod";
import { commandArgument } from "#shared/domain/release/command-argument.ts";
import { probeOverrides } from "#shared/domain/release/probe.ts";
import { productId } from "#shared/domain/release/release.ts";
import { runSpec } from "#shared/domain/release/run-spec.ts";
import { socketOverride } from "#shared/domain/release/sockets.ts";
import { semver, slug } from "#shared/lib/scalars.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { isNotFound } from "#main/node/disk-error.ts";

/** A run spec that a host's own file carries. Nothing in it may be misspelt: what is left out silently would be taken from nowhere. */
export const ownRunSpec = z.strictObject(runSpec.shape);

/** What ran here before Rollcall: the first update can go back to it. */
export const legacyProgram = z.strictObject({
  /** The program, absolute. It is copied; the original is left where it is. */
  path: z.string().startsWith("/").max(1024),
  /** What it calls itself, for people. */
  version: semver.optional(),
  /** How it is run when an update goes back to it; without it the file itself, without arguments. */
  runSpec: ownRunSpec.optional(),
  /** Ends what runs of it, just before the first switch: `["systemctl", "disable", "--now", "web"]`. */
  stop: z.array(commandArgument).min(1).max(64).optional(),
});
export type LegacyProgram = z.infer<typeof legacyProgram>;

/** What one machine says of one product, as it may be written. */
export const applicationOverrides = z.strictObject({
  environment: runSpec.shape.environment,
  ...probeOverrides,
  /** Where this host has sockets of the run spec, by their names. */
  sockets: z.record(slug, socketOverride).optional(),
  /** Whether the application may go back to a version of this disk by itself, over its socket. */
  allowLocalRollback: z.boolean().optional(),
  /** A whole run spec, in place of every signed one of this product. How its files lie on the disk stays signed. */
  runSpec: ownRunSpec.optional(),
  legacy: legacyProgram.optional(),
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
