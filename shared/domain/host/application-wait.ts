import { z } from "zod";
import { epochMs } from "../../lib/scalars.ts";
import type { ReportedApplication } from "./reported.ts";

/**
 * An update that lies ready on a host and waits because somebody there said "not now": the application with its lock, or
 * the pre-upgrade hook of the release. `until` is when the lock ends, or when the hook is asked again.
 */
export const applicationWait = z.object({ askedBy: z.enum(["application", "hook"]), reason: z.string().max(400), until: epochMs });
export type ApplicationWait = z.infer<typeof applicationWait>;

/** The one word for it, in headers and lists, on screens and in terminals. */
export const WAITING_WORD = "Waiting";

type Told = Pick<ReportedApplication, "phase" | "updateLock" | "waiting">;

/** What an application waits for by the word of its own host; undefined when nothing lies ready, or it is on its way. */
export function applicationWaitOf({ phase, updateLock, waiting }: Told): ApplicationWait | undefined {
  if (phase !== "staged") return undefined;
  if (updateLock !== undefined) return { askedBy: "application", ...updateLock };
  return waiting === undefined ? undefined : { askedBy: "hook", reason: waiting.said, until: waiting.retryAt };
}

/** The wait in a sentence. @param clock how the moment reads where the sentence is shown: `14:05`. */
export function waitSentence({ askedBy, reason, until }: ApplicationWait, clock: (at: number) => string): string {
  const why = reason === "" ? "" : `: ${reason}`;
  return askedBy === "application"
    ? `the application asked for later, until ${clock(until)}${why}`
    : `its hook said not now and is asked again at ${clock(until)}${why}`;
}
