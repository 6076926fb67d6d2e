import { chmod, chown, mkdir, readFile, stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { ApplicationPaths } from "../state/state-paths.ts";
import { resolveRunUser, type RunUser } from "./resolve-run-user.ts";

/** The account to change to; undefined without one to change to; a sentence when it cannot be had. */
export type UserLookup =
  | { readonly kind: "found"; readonly user: RunUser | undefined }
  | { readonly kind: "refused"; readonly message: string };

/** Looks an account up on this host. Read anew for every start, so that an account made meanwhile is found. */
export async function findRunUser(wanted: string | undefined): Promise<UserLookup> {
  if (wanted === undefined) return { kind: "found", user: undefined };
  const [passwd, group] = await Promise.all(["/etc/passwd", "/etc/group"].map((path) => readFile(path, "utf8").catch(() => "")));
  const user = resolveRunUser(wanted, { passwd: passwd ?? "", group: group ?? "" });
  if (typeof user === "string") return { kind: "refused", message: `${user} The release wants to run as ${wanted}.` };
  const own = process.getuid?.();
  // Without the right to change there is nothing to change when it is the agent's own account already.
  if (own !== 0 && own === user.uid && process.getgid?.() === user.gid) return { kind: "found", user: undefined };
  if (own === 0) return { kind: "found", user };
  return { kind: "refused", message: `The release wants to run as ${wanted}, and this agent does not run as root.` };
}

/**
 * Lets an account reach what it is to run, and no more: it may pass through the agent's folders, whose files are closed
 * to it and whose names it cannot list, may list the version's own folder, and owns the application's work folder.
 *
 * @param slot the folder of the version.
 */
export async function openTheWay(paths: ApplicationPaths, slot: string, user: RunUser): Promise<void> {
  const state = dirname(dirname(paths.slots));
  await closeToOthers(`${state}/overrides.json`);
  for (const folder of [state, dirname(paths.slots), paths.slots, dirname(paths.folder), paths.folder]) await letPass(folder);
  // With -1 the owner stays (chown(2)).
  await chown(slot, -1, user.gid);
  await mkdir(paths.work, { recursive: true });
  await chown(paths.work, user.uid, user.gid);
}

/** The command that changes the account and then replaces itself by the program. util-linux, so on every distribution with a libc of its own. */
export function asUser({ uid, gid, groups }: RunUser, command: string, args: readonly string[]): readonly string[] {
  const supplementary = groups.length === 0 ? ["--clear-groups"] : [`--groups=${groups.join(",")}`];
  return ["setpriv", `--reuid=${uid}`, `--regid=${gid}`, ...supplementary, "--", command, ...args];
}

async function letPass(folder: string): Promise<void> {
  const { mode } = await stat(folder);
  if ((mode & 0o001) === 0) await chmod(folder, (mode & 0o7777) | 0o001);
}

// While nobody else could pass into the folder, the mode of what people put there did not matter.
async function closeToOthers(path: string): Promise<void> {
  const mode = await stat(path).then(
    (found) => found.mode,
    () => 0,
  );
  if ((mode & 0o007) !== 0) await chmod(path, mode & 0o7770);
}
