import { z } from "zod";
import { durationMs, fileName } from "../../lib/scalars.ts";
import { commandArgument } from "./command-argument.ts";
import { logLimits } from "./log-limits.ts";
import { probe } from "./probe.ts";
import { readiness } from "./readiness.ts";
import { restartPolicy } from "./restart-policy.ts";
import { runAs } from "./run-as.ts";
import { slotFields } from "./slot-fields.ts";
import { socketFields } from "./sockets.ts";

const environmentName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/);

/**
 * What a host runs. Part of the signed release, so a control plane cannot change a command line, or of the host's own
 * file, whose `environment` is laid over this one. `{artifact}` in an argument stands for the path of the installed file.
 * `docs/run-spec.md` has every field with its unit and default. Fields that came later have no default here: what was
 * signed without them keeps its bytes.
 */
export const runSpec = z.object({
  /** Undefined runs the artifact itself. */
  command: commandArgument.optional(),
  arguments: z.array(commandArgument).max(64).default([]),
  environment: z
    .record(environmentName, commandArgument)
    .refine((all) => Object.keys(all).length <= 64, "at most 64 variables")
    .default({}),
  probe: probe.optional(),
  /** SIGTERM, then SIGKILL after this long. */
  stopDeadlineMs: durationMs.max(600_000).default(10_000),
  /** How long a new version has until it is ready. */
  startDeadlineMs: durationMs.max(600_000).default(60_000),
  /** How long a crash or a failed probe still reverts. */
  probationMs: durationMs.max(86_400_000).default(30_000),
  /** Unexpected exits within probation that count as a crash loop. */
  crashLimit: z.int().min(1).max(20).default(3),
  /** File name of the artifact inside its slot. */
  installAs: fileName.optional(),
  ...socketFields.shape,
  readiness: readiness.optional(),
  /** A version that says over its socket that it lives is taken for hung when it is silent for this long. */
  heartbeatDeadlineMs: durationMs.min(1000).max(600_000).optional(),
  restart: restartPolicy.optional(),
  ...runAs.shape,
  /** What asks it to stop; SIGTERM without it. */
  stopSignal: z.enum(["SIGTERM", "SIGINT", "SIGQUIT", "SIGHUP", "SIGUSR1", "SIGUSR2"]).optional(),
  logs: logLimits.optional(),
  ...slotFields.shape,
  /**
   * Reverts within probation when the control plane was reached just before the switch and has not been reached again
   * this long after it: an update that cuts its own host off. Without it the loss of the control plane changes nothing.
   */
  revertWhenCutOffMs: durationMs.min(1000).max(86_400_000).optional(),
});
export type RunSpec = z.infer<typeof runSpec>;
