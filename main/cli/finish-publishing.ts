import { isDeepStrictEqual } from "node:util";
import type { ReadRequest } from "#main/client/trust/read-signing-request.ts";
import type { ReleaseRow } from "#shared/contract/applications.ts";
import type { ContractClient } from "#shared/contract/index.ts";
import { manifestTargetPath, releaseManifest } from "#shared/domain/release/manifest.ts";
import type { RunSpec } from "#shared/domain/release/run-spec.ts";
import { readJson } from "#shared/domain/trust/reading/read-json.ts";
import type { SigningRequest } from "#shared/domain/trust/signing-request.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { textOption, textsOption } from "./arguments.ts";
import type { Arguments, CommandContext } from "./command.ts";
import { deltaProgress } from "./delta-text.ts";
import { isConnectionLost } from "./is-connection-lost.ts";
import { progressText, stepMark, storeNames } from "./publication-text.ts";
import { settle, tellOutcome } from "./trust-change.ts";

/** What a person published with this command: the files by what they are, and what runs them. */
export type PublishedContent = {
  readonly productId: string;
  readonly runSpec: RunSpec;
  /** Digests that were computed here, from the files themselves; for a draft, those that it shows. */
  readonly files: readonly { readonly platform: string; readonly sha256: string | undefined }[];
  /** Whether this command said everything that is signed; a draft of somebody else's is shown and asked about. */
  readonly isConfirmed: boolean;
};

/**
 * Follows a release until it is published, and signs its request with the keys of `--key` when operators sign. A control
 * plane that asks to sign other files or another run spec than were given here is refused.
 *
 * @returns undefined when it waits for others: then that has been said.
 * @throws AppError TRUST_REQUEST_REFUSED, CONFLICT_STATE when it was stopped, and as {@link settle}.
 */
export async function finishPublishing(
  context: CommandContext,
  given: Arguments,
  begun: ReleaseRow,
  content: PublishedContent,
): Promise<ReleaseRow | undefined> {
  if (begun.state === "published") return begun;
  try {
    return await follow(context, given, begun, content);
  } catch (thrown) {
    throw isConnectionLost(thrown, context.target.url) ? lostSight(thrown, begun) : thrown;
  }
}

/** What was begun goes on without this command, also when the control plane is started again. */
function lostSight(cause: unknown, { version }: ReleaseRow): AppError {
  return new AppError(
    "TRANSPORT_CLOSED",
    `The control plane does not answer any more. ${version} was on its way to its stores and goes on as soon as the control plane runs; follow it: rollcall publication list.`,
    { cause },
  );
}

async function follow(
  context: CommandContext,
  given: Arguments,
  begun: ReleaseRow,
  content: PublishedContent,
): Promise<ReleaseRow | undefined> {
  const { client, output, signal } = context;
  const names = await storeNames(client);
  const events = await client.system.events({}, { signal });
  try {
    for (;;) {
      const release = await client.releases.get({ releaseId: begun.id });
      if (release.state === "published") return release;
      await requireGoingOn(context, release);
      const request = await openRequest(client, "publish", release.id);
      if (request !== undefined && (await signOrTell(context, given, request, content)) === "waits") return undefined;
      await tellProgress(context, release, names);
      if ((await events.next()).done === true)
        throw new AppError("TRANSPORT_CLOSED", `The connection ended while ${release.version} was on its way; it goes on without us.`);
    }
  } finally {
    output.progressEnd();
    await events.return(undefined);
  }
}

/** The open request of a release, if operators sign. */
export async function openRequest(
  client: ContractClient,
  kind: "publish" | "withdraw",
  releaseId: string,
): Promise<SigningRequest | undefined> {
  const all = await client.trust.listRequests();
  return all.find(({ state, intent }) => state === "open" && intent.kind === kind && intent.releaseId === releaseId);
}

async function signOrTell(
  context: CommandContext,
  given: Arguments,
  request: SigningRequest,
  content: PublishedContent,
): Promise<"signed" | "waits"> {
  const roles = [content.productId, "targets"];
  const asked = {
    intent: request.intent,
    roles,
    require: (read: ReadRequest) => requireContent(read, content),
    isConfirmed: content.isConfirmed,
  };
  const after = textsOption(given, "key").length === 0 ? request : await settle(context, given, request, asked);
  if (after.state === "completed") return "signed";
  await tellOutcome(context, after, "", textOption(given, "out"));
  return "waits";
}

/** The manifest that would be signed must be that of the files which were sent from here, run as was said here. */
function requireContent({ file, toExplain }: ReadRequest, { productId, runSpec, files }: PublishedContent): void {
  const { intent } = file.request;
  const path = intent.kind === "publish" ? manifestTargetPath(productId, intent.version) : "";
  const manifest = readJson(releaseManifest, toExplain.attached.get(path)?.text);
  const sorted = (all: PublishedContent["files"]): readonly string[] => all.map((one) => `${one.platform} ${one.sha256 ?? ""}`).toSorted();
  const signed = manifest?.artifacts.map(({ platform, digests }) => ({ platform, sha256: digests.sha256 })) ?? [];
  const isOurs = intent.kind === "publish" && intent.productId === productId && isDeepStrictEqual(sorted(signed), sorted(files));
  if (!isOurs || !isDeepStrictEqual(manifest?.runSpec, runSpec))
    throw new AppError(
      "TRUST_REQUEST_REFUSED",
      "The control plane asks to sign other files, or another run spec, than were given here; nothing was signed.",
    );
}

async function requireGoingOn({ client }: CommandContext, { id, version, publishing }: ReleaseRow): Promise<void> {
  const state = publishing?.state ?? "cancelled";
  if (state !== "failed" && state !== "cancelled" && state !== "paused") return;
  const all = await client.publications.list({ releaseId: id });
  const reasons = [...new Set(all.flatMap((one) => (one.state === "failed" && one.error !== undefined ? [one.error.message] : [])))];
  const why = reasons.length === 0 ? "" : ` ${reasons.join(" ")}`;
  throw new AppError(
    "CONFLICT_STATE",
    `The publication of ${version} is ${state}.${why} Look at it: rollcall publication list. What it has sent is kept.`,
  );
}

/** Each store by itself: which step it is at, and how many bytes of it are there. */
async function tellProgress({ client, output }: CommandContext, release: ReleaseRow, names: ReadonlyMap<string, string>): Promise<void> {
  const deltas = await client.deltas.get({ releaseId: release.id });
  if (deltas !== null && deltas.state !== "done") {
    const { text, mark } = deltaProgress(deltas);
    return output.progress(`${release.version}  ${text}`, mark);
  }
  const all = await client.publications.list({ releaseId: release.id });
  const open = all.filter((one) => one.state !== "cancelled" && one.state !== "completed");
  const line = open.map((one) => progressText(one, names)).join("  ");
  output.progress(`${release.version}  ${line}`, open.map(stepMark).join());
}
