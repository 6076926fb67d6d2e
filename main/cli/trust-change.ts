import { isDeepStrictEqual } from "node:util";
import { readSigningRequest, type ReadRequest } from "#main/client/trust/read-signing-request.ts";
import type { ExportedFile } from "#main/client/trust/verify-export.ts";
import { writeFileAtomic } from "#main/node/atomic-write.ts";
import type { ContractClient } from "#shared/contract/index.ts";
import type { SigningRequest, TrustIntent } from "#shared/domain/trust/signing-request.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { textOption, textsOption } from "./arguments.ts";
import type { Arguments, CommandContext } from "./command.ts";
import { KEY_OPTIONS } from "./key-arguments.ts";
import { keyLabels, missingSignatures, missingText } from "./missing-signatures.ts";
import { review, REVIEW_OPTIONS, reviewLines, signReviewed } from "./sign-reviewed.ts";

/** Options of every command that changes what hosts trust. `--out` writes what others have to sign. */
export const CHANGE_OPTIONS = { ...KEY_OPTIONS, ...REVIEW_OPTIONS, out: { type: "string" } } as const;

/** The same as the usage shows them. */
export const CHANGE_USAGE = "[--key KEY-FILE...] [--passphrase-file FILE] [--out REQUEST-FILE] [--yes] [--accept-unexplained]";

/** What a person asked for in this very command, against which the control plane's request is held. */
export type Asked = {
  readonly intent: TrustIntent;
  /** Roles that may be signed for it: a request about one application has no business with another. All, when absent. */
  readonly roles?: readonly string[];
  /** More that must hold of the request, such as that it brings the files that were sent. @throws AppError TRUST_REQUEST_REFUSED. */
  readonly require?: (read: ReadRequest) => void;
  /** Whether the command said everything that is signed, so that nothing is left to confirm. */
  readonly isConfirmed: boolean;
};

/** Asks for a change, signs it with the keys at hand, and says what is still missing. */
export async function changeTrust(context: CommandContext, given: Arguments, asked: Asked, done: string): Promise<void> {
  const request = await findOrPrepare(context.client, asked.intent);
  await tellOutcome(context, await settle(context, given, request, asked), done, textOption(given, "out"));
}

/** The open request for the same, from an earlier try, or a new one. */
async function findOrPrepare(client: ContractClient, intent: TrustIntent): Promise<SigningRequest> {
  const open = (await client.trust.listRequests()).find((one) => one.state === "open" && isDeepStrictEqual(one.intent, intent));
  return open ?? client.trust.prepare({ intent });
}

/**
 * Signs an open request with the keys of `--key`, submits the signatures, and writes what is left for others to `--out`.
 *
 * @throws AppError TRUST_REQUEST_REFUSED when the control plane asks for something else than was asked of it; and as
 * {@link signReviewed}.
 */
export async function settle(context: CommandContext, given: Arguments, request: SigningRequest, asked: Asked): Promise<SigningRequest> {
  const { client, output } = context;
  let after = request;
  if (after.state === "open" && textsOption(given, "key").length > 0) {
    const read = readSigningRequest(JSON.stringify(await client.trust.exportRequest({ signingRequestId: request.id })));
    requireAsked(read, request, asked);
    const seen = await review(given, read, await exportedFiles(client));
    for (const line of reviewLines(seen)) output.note(line);
    after = await client.trust.submit(await signReviewed(context, given, seen, asked.isConfirmed));
  }
  const out = textOption(given, "out");
  if (after.state === "open" && out !== undefined) await writeRequest(client, after.id, out);
  return after;
}

/** Writes a request as the file that others sign. */
export async function writeRequest(client: ContractClient, signingRequestId: string, out: string): Promise<void> {
  await writeFileAtomic(out, `${JSON.stringify(await client.trust.exportRequest({ signingRequestId }), undefined, 2)}\n`);
}

/** Everything that is signed now, to compare with. */
export async function exportedFiles(client: ContractClient): Promise<readonly ExportedFile[]> {
  return (await client.trust.export()).files.map(({ name, bytes }) => ({ name, bytes: Buffer.from(bytes, "base64") }));
}

/** Says whether a request is in force, or who has to sign it yet and how. */
export async function tellOutcome(context: CommandContext, request: SigningRequest, done: string, out?: string): Promise<void> {
  const { client, output } = context;
  const missing = missingSignatures(request);
  const labels = missing.length === 0 ? new Map<string, string>() : await keyLabels(client, request);
  const file = out ?? "request.json";
  const lines =
    request.state === "completed"
      ? [done]
      : [
          `Waits for signatures (${request.id}):`,
          ...missing.map((one) => `  ${missingText(one, labels)}`),
          "How to get them:",
          ...(out === undefined ? [`  rollcall trust request ${request.id} --out ${file}`] : []),
          "  rollcall trust export --out mirror",
          `  carry ${file} and mirror to whoever signs, and run there: rollcall trust sign ${file} --key THEIR-KEY-FILE --against mirror`,
          "  bring the result back, and run here: rollcall trust submit RESULT-FILE",
        ];
  output.result({ request, missing, ...(out === undefined || request.state !== "open" ? {} : { out }) }, lines);
}

function requireAsked(read: ReadRequest, request: SigningRequest, { intent, roles, require }: Asked): void {
  const isSame = read.file.request.id === request.id && isDeepStrictEqual(read.file.request.intent, intent);
  const strange = read.documents.find(
    ({ name }) => roles !== undefined && name !== "sigstore" && !roles.includes(name.split(".").slice(1, -1).join(".")),
  );
  if (!isSame || strange !== undefined)
    throw new AppError(
      "TRUST_REQUEST_REFUSED",
      "The control plane asks to sign something else than this command asked for; nothing was signed.",
    );
  require?.(read);
}
