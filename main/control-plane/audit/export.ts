import type { AuditEntry } from "#shared/domain/audit/audit.ts";
import type { SignedReport } from "#shared/domain/audit/signed-report.ts";

/**
 * Formats of an export: entries first, then the reports that hosts signed. NDJSON has one a line, JSON is one array; a
 * report is an object with the one member `report`. CSV is RFC 4180 with a header; a report fills `at`, `fleetId` and the
 * columns that begin with `report`, an entry all others.
 */
export type ExportFormat = "csv" | "json" | "ndjson";

/** What an export is made of. */
export type ExportParts = {
  readonly entries: AsyncIterable<readonly AuditEntry[]>;
  readonly reports: AsyncIterable<readonly SignedReport[]>;
};

const COLUMNS = ["sequence", "at", "actor", "action", "subject", "fleetId", "reason", "details", "previousHash", "hash"] as const;

const REPORT_COLUMNS = [
  ["reportHostId", "hostId"],
  ["reportPublicKey", "publicKey"],
  ["reportBoot", "boot"],
  ["reportSequence", "sequence"],
  ["reportBody", "body"],
  ["reportSignature", "signature"],
] as const;

/** Writes entries and reports piece by piece, so that memory does not grow with the export. */
export async function* exportText({ entries, reports }: ExportParts, format: ExportFormat): AsyncGenerator<string> {
  if (format === "csv") yield `${[...COLUMNS, ...REPORT_COLUMNS.map(([column]) => column)].join(",")}\r\n`;
  if (format === "json") yield "[";
  let isFirst = true;
  for await (const pieces of piecesOf({ entries, reports }, format)) {
    const text = pieces.join("");
    // Every piece of an array but the first has a comma before it.
    yield format === "json" && isFirst ? text.slice(1) : text;
    isFirst = false;
  }
  if (format === "json") yield "\n]\n";
}

async function* piecesOf({ entries, reports }: ExportParts, format: ExportFormat): AsyncGenerator<readonly string[]> {
  for await (const batch of entries) yield batch.map((entry) => (format === "csv" ? entryRow(entry) : line(entry, format)));
  for await (const batch of reports) yield batch.map((report) => (format === "csv" ? reportRow(report) : line({ report }, format)));
}

function line(document: object, format: "json" | "ndjson"): string {
  return format === "ndjson" ? `${JSON.stringify(document)}\n` : `,\n${JSON.stringify(document)}`;
}

function entryRow(entry: AuditEntry): string {
  return row([...COLUMNS.map((column) => cell(column === "at" ? time(entry.at) : entry[column])), ...REPORT_COLUMNS.map(() => "")]);
}

function reportRow(report: SignedReport): string {
  const own = COLUMNS.map((column) => (column === "at" ? time(report.at) : column === "fleetId" ? report.fleetId : undefined));
  // The body is quoted as JSON whatever it is, so that what is signed can be read back exactly.
  const signed = REPORT_COLUMNS.map(([, key]) => (key === "body" ? JSON.stringify(report.body) : report[key]));
  return row([...own, ...signed].map((value) => cell(value)));
}

const row = (cells: readonly string[]): string => `${cells.join(",")}\r\n`;
const time = (at: number): string => new Date(at).toISOString();

function cell(value: unknown): string {
  const text =
    typeof value === "object" ? JSON.stringify(value) : typeof value === "string" || typeof value === "number" ? String(value) : "";
  // A leading =, +, - or @ would run as a formula in a spreadsheet (CWE-1236).
  const safe = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
