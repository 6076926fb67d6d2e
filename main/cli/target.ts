import { mkdir, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { z } from "zod";
import { applicationDataFolder } from "#main/node/application-data-folder.ts";
import { writeFileAtomic } from "#main/node/atomic-write.ts";
import { readRunningFile } from "#main/node/running-file.ts";
import { sha256Hex } from "#shared/lib/scalars.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type { Target } from "#main/client/contract-client.ts";

const savedTarget = z.object({ url: z.url().max(300), token: z.string().min(1).max(200), certificatePin: sha256Hex.optional() });

/** What decides which control plane a command talks to. */
export type TargetSources = {
  readonly url: string | undefined;
  /** SHA-256 of the certificate at `url`, as `--pin` gives it. */
  readonly certificatePin: string | undefined;
  readonly dataFolder: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
};

/** Where begun uploads are remembered for the next run. */
export function uploadJournalFolder(environment: TargetSources["environment"]): string {
  return join(environment["XDG_STATE_HOME"] ?? join(homedir(), ".local", "state"), "rollcall", "uploads");
}

/**
 * A certificate's SHA-256 as people copy it: in either case, with or without colons.
 *
 * @throws AppError INPUT_INVALID.
 */
export function parsePin(text: string): string {
  const pin = sha256Hex.safeParse(text.replaceAll(":", "").toLowerCase());
  if (pin.success) return pin.data;
  throw new AppError("INPUT_INVALID", "The pin is the SHA-256 of the server's certificate, 64 hex digits; nothing was done.");
}

/** Where `rollcall login` keeps its token, 0600. */
export function savedTargetPath(environment: TargetSources["environment"]): string {
  return join(environment["XDG_CONFIG_HOME"] ?? join(homedir(), ".config"), "rollcall", "cli.json");
}

/** The data folder of this user's own control plane. */
export function defaultDataFolder(environment: TargetSources["environment"]): string {
  return applicationDataFolder({ platform: process.platform, home: homedir(), environment }, "Rollcall");
}

/**
 * Finds the control plane: ROLLCALL_URL with ROLLCALL_TOKEN (and ROLLCALL_PIN), then `--data`'s running one, then what `rollcall login`
 * saved, then the one running on this user's default data folder.
 *
 * @throws AppError ACCESS_UNAUTHENTICATED when there is none to talk to.
 */
export async function findTarget(sources: TargetSources): Promise<Target> {
  const token = sources.environment["ROLLCALL_TOKEN"];
  const url = sources.url ?? sources.environment["ROLLCALL_URL"];
  const pin = sources.certificatePin ?? sources.environment["ROLLCALL_PIN"];
  const certificatePin = pin === undefined ? undefined : parsePin(pin);
  if (url !== undefined && token !== undefined) return { url, token, certificatePin };
  if (sources.dataFolder !== undefined) return runningIn(sources.dataFolder);
  const saved = await readSaved(savedTargetPath(sources.environment));
  if (saved !== undefined && (url === undefined || sameOrigin(saved.url, url)))
    return { ...saved, certificatePin: certificatePin ?? saved.certificatePin };
  if (url !== undefined) throw new AppError("ACCESS_UNAUTHENTICATED", `There is no token for ${url}; nothing was done.`);
  return runningIn(defaultDataFolder(sources.environment));
}

/** Keeps a token for later commands. The token is bound to this origin and never sent elsewhere. */
export async function saveTarget(environment: TargetSources["environment"], target: Target): Promise<string> {
  const path = savedTargetPath(environment);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFileAtomic(path, `${JSON.stringify(target)}\n`, 0o600);
  return path;
}

async function runningIn(dataFolder: string): Promise<Target> {
  const running = await readRunningFile(dataFolder);
  if (running === undefined)
    throw new AppError(
      "ACCESS_UNAUTHENTICATED",
      `No control plane runs on ${dataFolder}, and you are not logged in to another one; nothing was done.`,
    );
  return { url: running.url, token: running.token };
}

async function readSaved(path: string): Promise<Target | undefined> {
  try {
    return savedTarget.parse(JSON.parse(await readFile(path, "utf8")));
  } catch {
    return undefined;
  }
}

function sameOrigin(left: string, right: string): boolean {
  return new URL(left).origin === new URL(right).origin;
}
