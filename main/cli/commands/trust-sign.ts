import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { MAX_REQUEST_BYTES, readSigningRequest, type ReadRequest } from "#main/client/trust/read-signing-request.ts";
import type { ExportedFile } from "#main/client/trust/verify-export.ts";
import { writeFileAtomic } from "#main/node/atomic-write.ts";
import { readBoundedFile } from "#main/node/read-bounded-file.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { textOption, textsOption, word } from "../arguments.ts";
import type { Command } from "../command.ts";
import { KEY_OPTIONS } from "../key-arguments.ts";
import { review, REVIEW_OPTIONS, reviewData, reviewLines, signReviewed } from "../sign-reviewed.ts";

const AGAINST = { against: { type: "string" } } as const;

const explain: Command = {
  words: ["trust", "explain"],
  summary: "Say what a request to sign would change; needs no control plane and signs nothing",
  usage: "rollcall trust explain FILE [--key KEY-FILE] [--against EXPORT-FOLDER]",
  options: { key: KEY_OPTIONS.key, ...AGAINST },
  needsTarget: () => false,
  run: async ({ output }, given) => {
    const seen = await review(
      given,
      await readRequestFile(word(given, 0, "The request's file")),
      await readExport(textOption(given, "against")),
    );
    output.result(reviewData(seen), reviewLines(seen));
  },
};

const sign: Command = {
  words: ["trust", "sign"],
  summary: "Sign a request with a key file, without any control plane: shows what it does, asks, and writes the signatures to a file",
  usage:
    "rollcall trust sign FILE --key KEY-FILE [--passphrase-file FILE] [--against EXPORT-FOLDER] [--out FILE] [--yes] [--accept-unexplained]",
  options: { ...KEY_OPTIONS, ...REVIEW_OPTIONS, ...AGAINST, out: { type: "string" } },
  needsTarget: () => false,
  run: async (context, given) => {
    const { output } = context;
    if (textsOption(given, "key").length === 0) throw new AppError("INPUT_INVALID", "The option --key is missing; nothing was signed.");
    const path = word(given, 0, "The request's file");
    const seen = await review(given, await readRequestFile(path), await readExport(textOption(given, "against")));
    for (const line of reviewLines(seen)) output.note(line);
    const signatures = await signReviewed(context, given, seen, false);
    const out =
      textOption(given, "out") ?? `${path.replace(/\.json$/, "")}.signed-${seen.keys.map((key) => key.keyId.slice(0, 8)).join("-")}.json`;
    await writeFileAtomic(out, `${JSON.stringify(signatures, undefined, 2)}\n`);
    output.result({ ...reviewData(seen), out, signatures }, [
      `Signed ${seen.read.documents.length} document(s); the signatures are in ${out}.`,
      `Bring the file back and run: rollcall trust submit ${out}`,
    ]);
  },
};

/** A request from a file. @throws AppError INPUT_TOO_LARGE, INPUT_INVALID, TRUST_REQUEST_REFUSED. */
async function readRequestFile(path: string): Promise<ReadRequest> {
  return readSigningRequest((await readBoundedFile(path, MAX_REQUEST_BYTES)).toString("utf8"));
}

/** The files of a `trust export`; other files in the folder count for nothing. */
async function readExport(folder: string | undefined): Promise<readonly ExportedFile[] | undefined> {
  if (folder === undefined) return undefined;
  const names = (await readdir(folder)).filter((name) => /^\d{1,9}\.[a-z][a-z0-9.-]*\.json$/.test(name));
  return Promise.all(names.map(async (name) => ({ name, bytes: await readFile(join(folder, name)) })));
}

/** `rollcall trust explain`, `rollcall trust sign` */
export const trustSignCommands: readonly Command[] = [explain, sign];
