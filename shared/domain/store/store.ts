import { z } from "zod";
import { storeId } from "../../lib/ids.ts";
import { displayName, epochMs, revision } from "../../lib/scalars.ts";

/** Registries are reached by TLS; plain HTTP is for loopback and where somebody says so (`allowHttp`). Credentials have a place of their own. */
const httpUrl = z
  .url({ protocol: /^https?$/ })
  .max(300)
  .refine((url) => !/^https?:\/\/[^/?#]*@/i.test(url), { error: "an address without a user and a password in it" });

/** One path component per slash, as the OCI distribution-spec has it. Empty puts repositories at the top. */
const repositoryPrefix = z
  .string()
  .max(160)
  .regex(
    /^(?:[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*)?$/,
    "lower-case path such as team/releases",
  );

/** How hosts get bytes that lie here: passed through the control plane, or by a short-lived address where the store gives one. */
const hostAccess = z.enum(["proxy", "redirect"]);

/** A registry of the OCI distribution-spec. The repository of an application is `<prefix>/<product id>`. */
const ociSettings = z.object({
  kind: z.literal("oci"),
  registry: httpUrl,
  allowHttp: z.boolean().default(false),
  repositoryPrefix: repositoryPrefix.default(""),
  /** `docker` reads the docker configuration of the account that runs the control plane, credential helpers included. */
  credentials: z.enum(["anonymous", "secret", "docker"]).default("anonymous"),
  hostAccess: hostAccess.default("proxy"),
});

/** Releases of one repository on GitHub or GitHub Enterprise (whose API lies at `https://host/api/v3`). */
const githubSettings = z.object({
  kind: z.literal("github"),
  apiUrl: httpUrl.default("https://api.github.com"),
  owner: z.string().regex(/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})$/),
  repository: z.string().regex(/^[A-Za-z0-9._-]{1,100}$/),
  /** Before the version in tags. `{product}` stands for the product id, where several applications share a repository. */
  tagPrefix: z
    .string()
    .max(160)
    .regex(/^[A-Za-z0-9._{}/-]*$/)
    .default("v"),
  hostAccess: hostAccess.default("proxy"),
});

/** A folder that any static web server can serve. `publicUrl` is where it does, if it does. */
const folderSettings = z.object({
  kind: z.literal("folder"),
  path: z.string().min(1).max(1024),
  publicUrl: httpUrl.optional(),
  hostAccess: hostAccess.default("proxy"),
});

/** The embedded store of this control plane, which is always there. */
const localSettings = z.object({ kind: z.literal("local") });

/** What is known of a place for releases, without its credentials. */
export const storeSettings = z.discriminatedUnion("kind", [localSettings, ociSettings, githubSettings, folderSettings]);
export type StoreSettings = z.infer<typeof storeSettings>;
/** The kinds of places for releases. */
export const storeKind = z.enum(["local", "oci", "github", "folder"]);
export type StoreKind = StoreSettings["kind"];

/** Credentials of a store: a user with a password for registries, a token for GitHub and for registries that take one. */
export const storeSecret = z.object({
  username: z.string().min(1).max(200).optional(),
  /** A password, a personal access token or a registry's identity token. */
  password: z.string().min(1).max(8000),
});
export type StoreSecret = z.infer<typeof storeSecret>;

/** A place for releases, as people have set it up. Its secret lies in the secret store and is never shown again. */
export const storeEntry = z.object({
  id: storeId,
  name: displayName,
  settings: storeSettings,
  hasSecret: z.boolean(),
  createdAt: epochMs,
  /** The last look at it: what it said, or why it could not be used. */
  checked: z.object({ at: epochMs, ok: z.boolean(), message: z.string().max(500) }).optional(),
  revision,
});
export type StoreEntry = z.infer<typeof storeEntry>;

/** The id of the embedded store, the same in every control plane. */
export const LOCAL_STORE_ID = storeId.parse("00000000-0000-4000-8000-000000000001");
