import { z } from "zod";
import { productId } from "#shared/domain/release/release.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { displayName, durationMs, fileName, sizeBytes, slug } from "#shared/lib/scalars.ts";
import { readBoundedFile } from "#main/node/read-bounded-file.ts";
import { ownRunSpec } from "../state/overrides.ts";
import { hostPath, sourceConfig } from "./source-config.ts";

/** Who must have signed what is installed. */
const trust = z.union([
  /** The root metadata of the fleet's own trust: the quorum that signs targets signs releases. */
  z.strictObject({ root: hostPath }),
  /** Raw Ed25519 keys, base64url, and how many of them must have signed. */
  z.strictObject({
    keys: z
      .array(z.string().regex(/^[A-Za-z0-9_-]{43}$/))
      .min(1)
      .max(16),
    threshold: z.int().min(1).max(16).default(1),
  }),
  /** Nobody: whoever can write to the source runs programs on this host. */
  z.strictObject({ unsigned: z.literal(true) }),
]);
export type TrustConfig = z.infer<typeof trust>;

/**
 * What follows when a new version is here, next to one that serves. `switch` goes to it. `wait` leaves that to the next
 * start of the agent, or to the application's asking (overseer's `NoRestartAfterFetch`). `end` stops the application and
 * ends the agent, so that whatever watches over it starts it again with the new version (overseer's `NoRestart`).
 */
const afterFetch = z.enum(["switch", "wait", "end"]);
export type AfterFetch = z.infer<typeof afterFetch>;

/** For projects that publish a program and nothing else: how it is run here, and what else is known of it. */
const plain = z.strictObject({
  /** How it is run; without it, as it is. */
  runSpec: ownRunSpec.optional(),
  /** The list of checksums beside it, which must then be there and name the file. Without it `SHA256SUMS` counts where there is one. */
  checksums: fileName.optional(),
  /** What is not brought here, whatever its length. */
  maxBytes: sizeBytes.min(1).default(4 * 2 ** 30),
});
export type PlainConfig = z.infer<typeof plain>;

/** One product: where it comes from, who signs it, and how it is followed. */
const application = z
  .strictObject({
    productId,
    source: sourceConfig,
    trust,
    /** `latest` goes up by itself, `manual` when the application asks, a channel to where the channel points, up only. */
    follow: z.union([z.literal("latest"), z.literal("manual"), z.strictObject({ channel: slug })]).default("latest"),
    prereleases: z.boolean().default(false),
    /** Between two looks, give or take a tenth. */
    intervalMs: durationMs.min(1000).default(300_000),
    /** The first look comes at a random moment within this time, so that machines that boot together do not ask together. */
    firstWithinMs: durationMs.default(30_000),
    afterFetch: afterFetch.default("switch"),
    /** A file of which less than 64 bytes a second come for so long is asked for anew; after three such answers it is given up until the next look. */
    stallMs: durationMs.min(1000).max(3_600_000).default(60_000),
    plain: plain.optional(),
  })
  .refine((one) => one.plain === undefined || "unsigned" in one.trust, {
    path: ["trust"],
    error:
      'a plain file carries no signature that a host could check: it takes "trust": {"unsigned": true}, and trusts whoever can write to its source',
  });
/** One product of a stand-alone host. */
export type StandaloneApplication = z.infer<typeof application>;

/** The file that `rollcall-agent run --standalone` takes (docs/standalone.md). */
export const standaloneConfig = z.strictObject({
  name: displayName.optional(),
  applications: z
    .array(application)
    .min(1)
    .max(64)
    .refine((all) => new Set(all.map((one) => one.productId)).size === all.length, "a product stands in it once"),
});
export type StandaloneConfig = z.infer<typeof standaloneConfig>;

const MAX_CONFIG_BYTES = 262_144;

/** @throws AppError INPUT_INVALID when it is not there or says something else than it may; INPUT_TOO_LARGE. */
export async function readStandaloneConfig(file: string): Promise<StandaloneConfig> {
  try {
    const document: unknown = JSON.parse((await readBoundedFile(file, MAX_CONFIG_BYTES)).toString("utf8"));
    return standaloneConfig.parse(document);
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    const reason = cause instanceof z.ZodError ? z.prettifyError(cause) : "it cannot be read as JSON";
    throw new AppError("INPUT_INVALID", `${file} cannot be used: ${reason.slice(0, 400)}. Nothing was started.`, {
      cause,
      details: { path: file },
    });
  }
}
