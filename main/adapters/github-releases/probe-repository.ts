import { AppError } from "#shared/errors/app-error.ts";
import { formatDuration } from "#shared/lib/format.ts";
import type { StoreProbe } from "../../control-plane/ports/release-store.ts";
import type { Clock } from "../../control-plane/ports/clock.ts";
import type { GithubClient } from "./github-client.ts";

/** A token that ends sooner is worth a word. */
const SOON_MS = 30 * 86_400_000;

/** Asks the repository whether it is there, whose the token is, and whether it may write. */
export async function probeRepository(client: GithubClient, clock: Clock, signal: AbortSignal): Promise<StoreProbe> {
  const { repository, tokenEnds } = await client.repository(signal);
  const hasToken = await client.hasToken();
  const account = hasToken ? await accountOf(client, signal) : undefined;
  const canWrite = hasToken && !repository.archived && repository.permissions?.push !== false;
  const notes = [
    ...(hasToken ? [] : ["No token is set: releases can be read here, not published."]),
    ...(hasToken && repository.permissions?.push === false
      ? [`The token may not write to ${client.repositoryName}; it needs "Contents: write".`]
      : []),
    ...(repository.archived ? ["The repository is archived: nobody can write to it."] : []),
    ...(repository.private ? [] : ["The repository is public: everyone can read what is published here."]),
    ...describeEnd(tokenEnds, clock.now()),
  ];
  return { canWrite, ...(account !== undefined && { account }), notes };
}

/** The login behind the token. A GitHub App's token belongs to no account, and is refused the question. */
async function accountOf(client: GithubClient, signal: AbortSignal): Promise<string | undefined> {
  try {
    return await client.login(signal);
  } catch (thrown) {
    if (thrown instanceof AppError && (thrown.code === "STORE_FORBIDDEN" || thrown.code === "STORE_NOT_FOUND")) return undefined;
    throw thrown;
  }
}

/** GitHub writes it as `2026-12-01 10:00:00 UTC`, or with an offset. */
function describeEnd(text: string | undefined, now: number): readonly string[] {
  const end = Date.parse((text ?? "").replace(" UTC", "Z").replace(" ", "T").replace(" ", ""));
  if (Number.isNaN(end) || end - now > SOON_MS) return [];
  return [end <= now ? "The token has ended." : `The token ends in ${formatDuration(end - now)}.`];
}
