import { hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { z } from "zod";
import { auditCheckpoint, auditEntry, type AuditCheckpoint, type AuditEntry, type AuditVerdict } from "#shared/domain/audit/audit.ts";
import { actorName } from "#shared/domain/audit/actor-name.ts";
import { auditSentence } from "#shared/domain/audit/audit-sentence.ts";
import { reportLine, type SignedReport } from "#shared/domain/audit/signed-report.ts";
import { rawPublicKey } from "#shared/domain/trust/trust-key.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { ERROR_CODES } from "#shared/errors/codes.ts";
import { shownText } from "#shared/lib/shown-text.ts";
import { checkpointBytes } from "#shared/protocol/signing.ts";
import { verifyRecord } from "#shared/protocol/verify-record.ts";
import { isSignedWith } from "#main/node/ed25519-signature.ts";
import { requiredOption, textOption } from "../arguments.ts";
import { auditNames } from "../audit-names.ts";
import type { Arguments, Command, CommandContext } from "../command.ts";
import type { Output } from "../output.ts";
import { writeWholeFile } from "../whole-file.ts";

const FORMATS = ["csv", "json", "ndjson"] as const;

const list: Command = {
  words: ["audit", "list"],
  summary: "Show the newest audit entries",
  usage: "rollcall audit list [--search TEXT]",
  options: { search: { type: "string" } },
  run: async ({ client, output }, given) => {
    const page = await client.audit.list({ limit: 50, ...searchOf(given) });
    const nameOf = await auditNames(client, page.rows);
    const lines = page.rows.map((one) => {
      const at = new Date(one.at).toISOString();
      return `${one.sequence}  ${at}  ${actorName(one.actor)}  ${shownText(auditSentence(one, nameOf), 700)}`;
    });
    output.result(page, lines);
  },
};

const exportCommand: Command = {
  words: ["audit", "export"],
  summary: "Export the audit, oldest first, and behind it what hosts have signed",
  usage: "rollcall audit export [--format csv|json|ndjson] [--out FILE] [--checkpoints FILE] [--search TEXT]",
  options: { format: { type: "string" }, out: { type: "string" }, checkpoints: { type: "string" }, search: { type: "string" } },
  run: async (context, given) => {
    const format = z.enum(FORMATS).safeParse(textOption(given, "format") ?? "csv");
    if (!format.success) throw new AppError("INPUT_INVALID", `--format takes ${FORMATS.join(", ")}; nothing was exported.`);
    const [search, out, checkpoints] = [searchOf(given), textOption(given, "out"), textOption(given, "checkpoints")];
    // The checkpoints first: what is appended meanwhile is in the export, and no checkpoint speaks of more than it holds.
    if (checkpoints !== undefined) await exportCheckpoints(context, checkpoints, search);
    const pieces = await context.client.audit.export({ format: format.data, ...search }, { signal: context.signal });
    if (out === undefined) for await (const { text } of pieces) await context.output.raw(text);
    else await exportToFile(context.output, out, pieces);
  },
};

async function exportCheckpoints(
  { client, output }: CommandContext,
  path: string,
  { search }: { readonly search?: string },
): Promise<void> {
  if (search !== undefined)
    throw new AppError(
      "INPUT_INVALID",
      "An export that leaves entries out proves nothing; give --checkpoints or --search. Nothing was exported.",
    );
  const checkpoints = await client.audit.checkpoints();
  await writeWholeFile(path, (append) => append(`${JSON.stringify(checkpoints, undefined, 2)}\n`));
  output.note(`The audit is signed by ${checkpoints.publicKey}. Keep that apart from the files, for: rollcall audit verify --key`);
}

async function exportToFile(output: Output, path: string, pieces: AsyncIterable<{ readonly text: string }>): Promise<void> {
  let written = 0;
  await writeWholeFile(path, async (append) => {
    for await (const { text } of pieces) {
      await append(text);
      written += text.length;
      output.progress(`${written} characters written to ${path}`, "writing");
    }
  });
  output.progressEnd();
}

const verify: Command = {
  words: ["audit", "verify"],
  summary: "Prove that nothing in the audit was edited, deleted, reordered or cut; an NDJSON export is checked without a control plane",
  usage: "rollcall audit verify [--file EXPORT.ndjson --checkpoints CHECKPOINTS.json [--key PUBLIC-KEY]]",
  options: { file: { type: "string" }, checkpoints: { type: "string" }, key: { type: "string" } },
  needsTarget: (given) => textOption(given, "file") === undefined,
  run: async ({ client, output }, given) => {
    const file = textOption(given, "file");
    if (file === undefined && textOption(given, "key") !== undefined)
      throw new AppError(
        "INPUT_INVALID",
        "The control plane checks with its own key; --key is for an export (--file). Nothing was checked.",
      );
    if (file === undefined) {
      const verdict = await client.audit.verify();
      output.result(verdict, [sentence(verdict)]);
      return exitOf(verdict);
    }
    const key = auditKey(textOption(given, "key"));
    const checked = await verifyFile(file, requiredOption(given, "checkpoints"), key);
    output.result(checked, [sentence(checked), keySentence(checked.key)]);
    return exitOf(checked);
  },
};

/** Whose signatures were asked for: a key that the person brought, or the one that lies beside the checkpoints. */
type UsedKey = { readonly publicKey: string; readonly from: "option" | "checkpoints" };

const checkpointFile = z.object({ publicKey: rawPublicKey, checkpoints: z.array(auditCheckpoint) });

async function verifyFile(
  path: string,
  checkpointsPath: string,
  own: string | undefined,
): Promise<AuditVerdict & { readonly key: UsedKey }> {
  const sealed = checkpointFile.safeParse(parseJson(await readFile(checkpointsPath, "utf8")));
  if (!sealed.success)
    throw new AppError("INPUT_INVALID", `${checkpointsPath} holds no checkpoints of an audit; nothing was checked.`, {
      cause: sealed.error,
    });
  const { publicKey, checkpoints } = sealed.data;
  const key: UsedKey = own === undefined ? { publicKey, from: "checkpoints" } : { publicKey: own, from: "option" };
  const crypto = {
    sha256: (text: string) => hash("sha256", text),
    isSigned: (one: AuditCheckpoint) => isSignedWith(key.publicKey, checkpointBytes(one), one.signature),
  };
  const parts = { entries: readEntries(path), reports: readReports(path) };
  const verdict = await verifyRecord(parts, checkpoints, crypto, isSignedWith);
  return { ...verdict, key };
}

function auditKey(text: string | undefined): string | undefined {
  if (text === undefined || rawPublicKey.safeParse(text).success) return text;
  throw new AppError("INPUT_INVALID", "--key takes the audit's public key, 43 characters of base64url; nothing was checked.");
}

/** A key that came with the files proves only that they belong together. */
function keySentence({ publicKey, from }: UsedKey): string {
  if (from === "option") return `Checked with the key that you gave: ${publicKey}`;
  return `Checked with the key that lies beside the checkpoints, ${publicKey}: whoever replaced both is not found. Bring your own copy with --key.`;
}

function exitOf({ outcome }: Pick<AuditVerdict, "outcome">): number {
  return outcome === "intact" ? 0 : ERROR_CODES.AUDIT_BROKEN.exit;
}

/** Where the entries of an export end and the reports begin. */
const isReport = (line: string): boolean => line.startsWith('{"report":');

const linesOf = (path: string): AsyncIterable<string> => createInterface({ input: createReadStream(path), crlfDelay: Infinity });

async function* readEntries(path: string): AsyncGenerator<readonly AuditEntry[]> {
  let number = 0;
  for await (const line of linesOf(path)) {
    number += 1;
    if (isReport(line)) return;
    const parsed = auditEntry.safeParse(parseJson(line));
    if (!parsed.success) throw new AppError("AUDIT_BROKEN", `Line ${number} of ${path} is not an audit entry; the check stopped there.`);
    yield [parsed.data];
  }
}

async function* readReports(path: string): AsyncGenerator<readonly SignedReport[]> {
  let number = 0;
  let hasBegun = false;
  for await (const line of linesOf(path)) {
    number += 1;
    hasBegun ||= isReport(line);
    if (!hasBegun) continue;
    const parsed = reportLine.safeParse(parseJson(line));
    if (!parsed.success)
      throw new AppError("AUDIT_BROKEN", `Line ${number} of ${path} is not a report of a host; the check stopped there.`);
    yield [parsed.data.report];
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function sentence(verdict: AuditVerdict): string {
  if (verdict.outcome === "broken") return `BROKEN at entry ${verdict.atSequence}: ${verdict.message}`;
  const reports = verdict.reports === undefined ? "" : `, ${verdict.reports} reports signed by their hosts`;
  return `Intact: ${verdict.entries} entries, ${verdict.checkpoints} signed checkpoints${reports}, head ${verdict.head}.`;
}

function searchOf(given: Arguments): { search?: string } {
  const search = textOption(given, "search");
  return search === undefined ? {} : { search };
}

/** `rollcall audit …` */
export const auditCommands: readonly Command[] = [list, exportCommand, verify];
