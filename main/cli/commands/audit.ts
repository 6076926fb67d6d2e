import { hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { z } from "zod";
import { auditCheckpoint, auditEntry, type AuditEntry, type AuditVerdict } from "#shared/domain/audit/audit.ts";
import type { ContractClient } from "#shared/contract/index.ts";
import { verifyChain } from "#shared/domain/audit/chain.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { ERROR_CODES } from "#shared/errors/codes.ts";
import { checkpointBytes } from "#shared/protocol/signing.ts";
import { isSignedWith } from "#main/node/ed25519-signature.ts";
import { requiredOption, textOption } from "../arguments.ts";
import type { Arguments, Command } from "../command.ts";
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
    output.result(
      page,
      page.rows.map(
        (one) => `${one.sequence}  ${new Date(one.at).toISOString()}  ${one.actor}  ${one.action}  ${one.subject}  ${one.reason}`,
      ),
    );
  },
};

const exportCommand: Command = {
  words: ["audit", "export"],
  summary: "Export the audit, oldest first",
  usage: "rollcall audit export [--format csv|json|ndjson] [--out FILE] [--checkpoints FILE] [--search TEXT]",
  options: { format: { type: "string" }, out: { type: "string" }, checkpoints: { type: "string" }, search: { type: "string" } },
  run: async (context, given) => {
    const format = z.enum(FORMATS).safeParse(textOption(given, "format") ?? "csv");
    if (!format.success) throw new AppError("INPUT_INVALID", `--format takes ${FORMATS.join(", ")}; nothing was exported.`);
    const [search, out, checkpoints] = [searchOf(given), textOption(given, "out"), textOption(given, "checkpoints")];
    // The checkpoints first: what is appended meanwhile is in the export, and no checkpoint speaks of more than it holds.
    if (checkpoints !== undefined) await exportCheckpoints(context.client, checkpoints, search);
    const pieces = await context.client.audit.export({ format: format.data, ...search }, { signal: context.signal });
    if (out === undefined) for await (const { text } of pieces) await context.output.raw(text);
    else await exportToFile(context.output, out, pieces);
  },
};

async function exportCheckpoints(client: ContractClient, path: string, { search }: { readonly search?: string }): Promise<void> {
  if (search !== undefined)
    throw new AppError(
      "INPUT_INVALID",
      "An export that leaves entries out proves nothing; give --checkpoints or --search. Nothing was exported.",
    );
  const text = `${JSON.stringify(await client.audit.checkpoints(), undefined, 2)}\n`;
  await writeWholeFile(path, (append) => append(text));
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
  usage: "rollcall audit verify [--file EXPORT.ndjson --checkpoints CHECKPOINTS.json]",
  options: { file: { type: "string" }, checkpoints: { type: "string" } },
  needsTarget: (given) => textOption(given, "file") === undefined,
  run: async ({ client, output }, given) => {
    const file = textOption(given, "file");
    const verdict = file === undefined ? await client.audit.verify() : await verifyFile(file, requiredOption(given, "checkpoints"));
    output.result(verdict, [sentence(verdict)]);
    return verdict.outcome === "intact" ? 0 : ERROR_CODES.AUDIT_BROKEN.exit;
  },
};

const checkpointFile = z.object({ publicKey: z.string().max(64), checkpoints: z.array(auditCheckpoint) });

async function verifyFile(path: string, checkpointsPath: string): Promise<AuditVerdict> {
  const sealed = checkpointFile.safeParse(parseJson(await readFile(checkpointsPath, "utf8")));
  if (!sealed.success)
    throw new AppError("INPUT_INVALID", `${checkpointsPath} holds no checkpoints of an audit; nothing was checked.`, {
      cause: sealed.error,
    });
  const { publicKey, checkpoints } = sealed.data;
  return verifyChain(readEntries(path), checkpoints, {
    sha256: (text) => hash("sha256", text),
    isSigned: (one) => isSignedWith(publicKey, checkpointBytes(one), one.signature),
  });
}

async function* readEntries(path: string): AsyncGenerator<readonly AuditEntry[]> {
  let number = 0;
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    number += 1;
    const parsed = auditEntry.safeParse(parseJson(line));
    if (!parsed.success) throw new AppError("AUDIT_BROKEN", `Line ${number} of ${path} is not an audit entry; the check stopped there.`);
    yield [parsed.data];
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
  return `Intact: ${verdict.entries} entries, ${verdict.checkpoints} signed checkpoints, head ${verdict.head}.`;
}

function searchOf(given: Arguments): { search?: string } {
  const search = textOption(given, "search");
  return search === undefined ? {} : { search };
}

/** `rollcall audit …` */
export const auditCommands: readonly Command[] = [list, exportCommand, verify];
