import type { z } from "zod";
import { readBoundedFile } from "#main/node/read-bounded-file.ts";
import { signaturesFile, type SignaturesFile, type SigningRequest } from "#shared/domain/trust/signing-request.ts";
import { intentSentence } from "#shared/domain/trust/reading/intent-sentence.ts";
import { signingRequestId } from "#shared/lib/ids.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { requiredOption, word } from "../arguments.ts";
import type { Arguments, Command } from "../command.ts";
import { missingSignatures } from "../missing-signatures.ts";
import { table } from "../output.ts";
import { tellOutcome, writeRequest } from "../trust-change.ts";

/** Seven thousand signatures, with room to spare. */
const MAX_SIGNATURES_BYTES = 4 * 2 ** 20;

const requests: Command = {
  words: ["trust", "requests"],
  summary: "List what waits for operators' signatures, and what was signed last",
  usage: "rollcall trust requests",
  options: {},
  run: async ({ client, output }) => {
    const [all, fleets, applications] = await Promise.all([client.trust.listRequests(), client.fleets.list(), client.applications.list()]);
    const names = new Map<string, string>([...fleets, ...applications].map(({ id, name }) => [id, name]));
    const rows = all.map((one) => [one.id, one.state, waitsFor(one), one.fingerprint.slice(0, 16), intentSentence(one.intent, names)]);
    output.result(
      all,
      table(["ID", "STATE", "WAITS FOR", "FINGERPRINT", "WHAT"], rows, "Nothing was ever asked to be signed by operators."),
    );
  },
};

const request: Command = {
  words: ["trust", "request"],
  summary: "Write what is to be signed to a file that can be carried to its signers",
  usage: "rollcall trust request ID --out FILE",
  options: { out: { type: "string" } },
  run: async ({ client, output }, given) => {
    const [id, out] = [requestId(given), requiredOption(given, "out")];
    await writeRequest(client, id, out);
    output.result({ id, out }, [`Written to ${out}. Read and sign it anywhere: rollcall trust sign ${out} --key KEY-FILE`]);
  },
};

const submit: Command = {
  words: ["trust", "submit"],
  summary: "Bring signatures back that were made elsewhere",
  usage: "rollcall trust submit FILE",
  options: {},
  run: async (context, given) => {
    const signatures = await readSignatures(word(given, 0, "The file of signatures"));
    await tellOutcome(context, await context.client.trust.submit(signatures), "Signed by enough operators.");
  },
};

const cancel: Command = {
  words: ["trust", "cancel"],
  summary: "Give up a request that waits for signatures",
  usage: "rollcall trust cancel ID",
  options: {},
  run: async ({ client, output }, given) => {
    const after = await client.trust.cancelRequest({ signingRequestId: requestId(given) });
    output.result(after, ["Given up; nothing of it was put in force."]);
  },
};

function waitsFor(one: SigningRequest): string {
  const most = Math.max(0, ...missingSignatures(one).map(({ needed }) => needed));
  return most === 0 ? "-" : `${most} signature(s)`;
}

function requestId(given: Arguments): z.infer<typeof signingRequestId> {
  const id = signingRequestId.safeParse(word(given, 0, "The request's id"));
  if (id.success) return id.data;
  throw new AppError("INPUT_INVALID", "That is no id of a request; nothing was done. See: rollcall trust requests");
}

async function readSignatures(path: string): Promise<SignaturesFile> {
  const text = (await readBoundedFile(path, MAX_SIGNATURES_BYTES)).toString("utf8");
  try {
    return signaturesFile.parse(JSON.parse(text));
  } catch (cause) {
    throw new AppError("INPUT_INVALID", `${path} holds no signatures of a request; nothing was brought back.`, { cause });
  }
}

/** `rollcall trust requests`, `request`, `submit`, `cancel` */
export const trustRequestCommands: readonly Command[] = [requests, request, submit, cancel];
