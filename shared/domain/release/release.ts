import { z } from "zod";
import { applicationId, channelId, releaseId } from "../../lib/ids.ts";
import { displayName, epochMs, revision, semver, slug } from "../../lib/scalars.ts";
import { artifact } from "../artifact/artifact.ts";
import { runSpec } from "./run-spec.ts";

/** `process` is supervised by the agent. `container` and `script` will come as further members. */
export const applicationKind = z.enum(["process"]);

/** Reverse-DNS product id, such as `org.example.web`. */
export const productId = z
  .string()
  .max(128)
  .regex(/^[a-z][a-z0-9-]*(?:\.[a-z0-9][a-z0-9-]*)+$/, "a reverse-DNS id such as org.example.web");

/** A thing that has releases. */
export const application = z.object({
  id: applicationId,
  productId,
  name: displayName,
  kind: applicationKind,
  description: z.string().max(2000),
  createdAt: epochMs,
  revision,
});
export type Application = z.infer<typeof application>;

/**
 * One immutable version of an application.
 *
 *     draft ──publish──▶ published ──withdraw──▶ withdrawn
 *
 * Only a draft can be changed. Publishing signs the manifest and is the last moment for second thoughts; withdrawing
 * stops every new install and leaves running hosts alone.
 */
export const release = z.object({
  id: releaseId,
  applicationId,
  version: semver,
  state: z.enum(["draft", "published", "withdrawn"]),
  notes: z.string().max(20_000),
  runSpec,
  artifacts: z.array(artifact).max(64),
  createdAt: epochMs,
  createdBy: z.string(),
  publishedAt: epochMs.optional(),
  withdrawnAt: epochMs.optional(),
  /** Set while the release is blocked everywhere (quarantine by an operator). */
  blocked: z.object({ at: epochMs, by: z.string(), reason: z.string() }).optional(),
  revision,
});
export type Release = z.infer<typeof release>;
export type ReleaseState = Release["state"];

/** A named pointer of an application to one release. */
export const channel = z.object({
  id: channelId,
  applicationId,
  name: slug,
  releaseId: releaseId.optional(),
  updatedAt: epochMs,
  revision,
});
export type Channel = z.infer<typeof channel>;
