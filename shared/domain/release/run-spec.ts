import { z } from "zod";
import { durationMs, fileName } from "../../lib/scalars.ts";
import { socketFields } from "./sockets.ts";

const argument = z.string().max(4096);
const environmentName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/);

/** How a host asks a running version whether it is well. */
export const probe = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("http"),
    url: z.url({ protocol: /^http$/, hostname: /^(?:127\.0\.0\.1|localhost|\[::1\])$/ }).max(300),
    expectStatus: z.int().min(100).max(599).default(200),
    intervalMs: durationMs.min(200).default(2000),
    timeoutMs: durationMs.min(100).default(2000),
    failureThreshold: z.int().min(1).max(100).default(3),
  }),
]);
export type Probe = z.infer<typeof probe>;

/**
 * What a host runs. Part of the signed release, so a control plane cannot change a command line, or of the host's own
 * file, whose `environment` is laid over this one. `{artifact}` in an argument stands for the path of the installed file.
 */
export const runSpec = z.object({
  /** Undefined runs the artifact itself. */
  command: argument.optional(),
  arguments: z.array(argument).max(64).default([]),
  environment: z
    .record(environmentName, argument)
    .refine((all) => Object.keys(all).length <= 64, "at most 64 variables")
    .default({}),
  probe: probe.optional(),
  /** SIGTERM, then SIGKILL after this long. */
  stopDeadlineMs: durationMs.max(600_000).default(10_000),
  /** How long a new version has until its first good probe. */
  startDeadlineMs: durationMs.max(600_000).default(60_000),
  /** How long a crash or a failed probe still reverts. */
  probationMs: durationMs.max(86_400_000).default(30_000),
  /** Unexpected exits within probation that count as a crash loop. */
  crashLimit: z.int().min(1).max(20).default(3),
  /** File name of the artifact inside its slot. */
  installAs: fileName.optional(),
  ...socketFields.shape,
});
export type RunSpec = z.infer<typeof runSpec>;
