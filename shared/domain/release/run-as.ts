import { z } from "zod";

const ACCOUNT = String.raw`(?:[a-z_][a-z0-9_.-]{0,30}\$?|\d{1,10})`;

/** Whom a version runs as, and where. Names are the host's own, from its `/etc/passwd` and `/etc/group`. */
export const runAs = z.object({
  /** `name`, `uid` or `user:group`. Its supplementary groups come with it, unless a group is named. Without it, the agent's own. */
  user: z
    .string()
    .regex(new RegExp(`^${ACCOUNT}(?::${ACCOUNT})?$`), "a user, a uid or user:group")
    .optional(),
  /** An absolute path; `{work}` stands for the application's own folder, which is the default, `{slot}` for the installed version's. */
  workingDirectory: z
    .string()
    .max(1024)
    .regex(/^(?:\/|\{work\}(?:\/|$)|\{slot\}(?:\/|$))[^\p{Cc}]*$/u, "an absolute path, or one that begins with {work} or {slot}")
    .optional(),
  /** Permissions that new files do not get, in octal: `027`. Without it, the agent's own. */
  umask: z
    .string()
    .regex(/^0?[0-7]{3}$/, "three octal digits, such as 027")
    .optional(),
});
