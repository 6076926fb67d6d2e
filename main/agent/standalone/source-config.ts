import { z } from "zod";
import { durationMs } from "#shared/lib/scalars.ts";

/** A path of this host, absolute. */
export const hostPath: z.ZodString = z.string().min(1).max(4096).startsWith("/");

const MESSAGE = "https, or http on this machine, without a user in the address";
/** Plain HTTP on this machine only. */
const safeUrl = z
  .url({ protocol: /^https?$/ })
  .max(1000)
  .refine((text) => isSafe(new URL(text)), MESSAGE);

/** A plain file's name, with `*` for any characters. */
const namePattern = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^/\\\p{Cc}]+$/u, "a file name, in which * stands for anything");

/** A product's folder as a folder store writes it, or a plain file. */
const fileSource = z.strictObject({ kind: z.literal("file"), path: hostPath });

const httpSource = z.strictObject({
  kind: z.literal("http"),
  /** Of the product's folder, or of a plain file. */
  url: safeUrl,
  /** File with a Bearer token, which goes to this origin alone. */
  tokenFile: hostPath.optional(),
  /** A server that knows `Prefer: wait` holds the question so long until there is news. */
  waitMs: durationMs.min(1000).max(300_000).optional(),
});

const githubSource = z.strictObject({
  kind: z.literal("github"),
  repository: z.string().regex(/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})\/[A-Za-z0-9._-]{1,100}$/, "owner/repository"),
  /** Of an Enterprise server: `https://host/api/v3`. */
  apiUrl: safeUrl.default("https://api.github.com"),
  /** File with a token that may read the repository; it goes to this origin alone. */
  tokenFile: hostPath.optional(),
  /** Before the version in tags. `{product}` stands for the product id, where several products share a repository. */
  tagPrefix: z
    .string()
    .max(160)
    .regex(/^[A-Za-z0-9._{}/-]*$/)
    .default("v"),
  /** Which asset is the program, of releases without a manifest; without it the one whose name fits this host. */
  asset: namePattern.optional(),
});

const ociSource = z.strictObject({
  kind: z.literal("oci"),
  registry: safeUrl,
  repository: z
    .string()
    .max(255)
    .regex(/^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/, "a repository such as team/web"),
  /** Docker's `config.json`, with the credentials of this registry or the helper that knows them. */
  dockerConfig: hostPath.optional(),
  /** Which file is the program, of artifacts without a manifest that hold several. */
  file: namePattern.optional(),
});

/** Where releases come from. */
export const sourceConfig = z.discriminatedUnion("kind", [fileSource, httpSource, githubSource, ociSource]);
export type SourceConfig = z.infer<typeof sourceConfig>;
/** Of one kind. */
export type SourceConfigOf<Kind extends SourceConfig["kind"]> = Extract<SourceConfig, { kind: Kind }>;

function isSafe(url: URL): boolean {
  const isHere = /^(?:127(?:\.\d{1,3}){3}|localhost|\[::1\])$/.test(url.hostname);
  return (url.protocol === "https:" || isHere) && url.username === "" && url.password === "" && url.search === "" && url.hash === "";
}
