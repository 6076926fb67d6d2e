import type { AuditEntry } from "#shared/domain/audit/audit.ts";

/** Formats of an export. CSV is RFC 4180 with a header; NDJSON has one entry a line; JSON is one array. */
export type ExportFormat = "csv" | "json" | "ndjson";

const COLUMNS = ["sequence", "at", "actor", "action", "subject", "fleetId", "reason", "details", "previousHash", "hash"] as const;

/** Writes entries piece by piece, so that memory does not grow with the export. */
export async function* exportText(batches: AsyncIterable<readonly AuditEntry[]>, format: ExportFormat): AsyncGenerator<string> {
  if (format === "csv") yield `${COLUMNS.join(",")}\r\n`;
  if (format === "json") yield "[";
  let first = true;
  for await (const batch of batches) {
    yield batch.map((entry, index) => piece(entry, format, first && index === 0)).join("");
    first = false;
  }
  if (format === "json") yield "\n]\n";
}

function piece(entry: AuditEntry, format: ExportFormat, isFirst: boolean): string {
  if (format === "csv") return `${COLUMNS.map((column) => csvCell(entry, column)).join(",")}\r\n`;
  if (format === "ndjson") return `${JSON.stringify(entry)}\n`;
  return `${isFirst ? "\n" : ",\n"}${JSON.stringify(entry)}`;
}

function csvCell(entry: AuditEntry, column: (typeof COLUMNS)[number]): string {
  if (column === "at") return new Date(entry.at).toISOString();
  const value = entry[column];
  const text = typeof value === "object" ? JSON.stringify(value) : String(value ?? "");
  // A leading =, +, - or @ would run as a formula in a spreadsheet (CWE-1236).
  const safe = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
