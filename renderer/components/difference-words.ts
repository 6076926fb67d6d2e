import { formatBytes, formatDuration } from "#shared/lib/format.ts";

/** One file on one side, as far as people compare it. */
export type DifferenceSide = {
  readonly platform: string;
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly kind?: string | undefined;
  readonly interpreter?: string | undefined;
  readonly libraries?: readonly string[] | undefined;
  readonly isRead: boolean;
};

type EntrySide = { readonly kind: string; readonly sizeBytes: number; readonly mode?: number | undefined };

/** One file before and after. */
export type FileDifference = {
  readonly before?: DifferenceSide | undefined;
  readonly after?: DifferenceSide | undefined;
  readonly isSame: boolean;
  readonly librariesAdded: readonly string[];
  readonly librariesRemoved: readonly string[];
  readonly entries?:
    | {
        readonly changes: readonly {
          readonly path: string;
          readonly before?: EntrySide | undefined;
          readonly after?: EntrySide | undefined;
        }[];
        readonly added: number;
        readonly removed: number;
        readonly changed: number;
        readonly same: number;
        readonly isWhole: boolean;
      }
    | undefined;
};

/** What differs between two releases. */
export type Differences = {
  readonly against?: { readonly releaseId: string; readonly version: string } | undefined;
  readonly files: readonly FileDifference[];
  readonly runSpec: readonly RunSpecDifference[];
};

/** One field of the run spec that differs. */
export type RunSpecDifference = { readonly field: string; readonly before?: string | undefined; readonly after?: string | undefined };

/** A line of the table of one file; `isChanged` lines are the ones to read. */
export type DifferenceRow = { readonly name: string; readonly before: string; readonly after: string; readonly isChanged: boolean };

const count = (many: number, one: string, several = `${one}s`): string => `${many} ${many === 1 ? one : several}`;

/** "1.2 MB larger", "as large, other bytes", "the same bytes", "new", "gone". */
export function sizeWords({ before, after, isSame }: FileDifference): string {
  if (before === undefined) return "new";
  if (after === undefined) return "gone: hosts of this platform get no release";
  if (isSame) return "the same bytes";
  const change = after.sizeBytes - before.sizeBytes;
  return change === 0 ? "as large, other bytes" : `${formatBytes(Math.abs(change))} ${change > 0 ? "larger" : "smaller"}`;
}

/** Both sides of a file, line by line. What nobody knows of either side is left out. */
export function fileRows(file: FileDifference): readonly DifferenceRow[] {
  const row = (name: string, of: (side: DifferenceSide) => string | undefined): readonly DifferenceRow[] => {
    const [before, after] = [file.before && of(file.before), file.after && of(file.after)];
    if (before === undefined && after === undefined) return [];
    const isChanged = file.before !== undefined && file.after !== undefined && before !== after;
    return [{ name, before: before ?? "", after: after ?? "", isChanged }];
  };
  const unread = [file.before, file.after].some((side) => side?.isRead === false);
  return [
    ...row("Platform", (side) => (file.before?.platform === file.after?.platform ? undefined : side.platform)),
    ...row("File", (side) => side.fileName),
    ...row("Size", (side) => formatBytes(side.sizeBytes)),
    ...row("Kind", (side) => side.kind),
    ...row("Loader", (side) => side.interpreter),
    ...(unread ? [] : row("Libraries", (side) => side.libraries && count(side.libraries.length, "library", "libraries"))),
  ].map((one) => (one.name === "Libraries" ? { ...one, isChanged: file.librariesAdded.length + file.librariesRemoved.length > 0 } : one));
}

/** All of it as one line: what a person reads before deciding whether to read on. */
export function differencesSummary({ files, runSpec }: Differences): string {
  const parts = files.map((file) => {
    const libraries = file.librariesAdded.length + file.librariesRemoved.length;
    const entries = (file.entries?.added ?? 0) + (file.entries?.removed ?? 0) + (file.entries?.changed ?? 0);
    const more = [
      ...(libraries === 0 ? [] : [count(libraries, "library differs", "libraries differ")]),
      ...(entries === 0 ? [] : [count(entries, "entry differs", "entries differ")]),
    ];
    return [`${(file.after ?? file.before)?.platform ?? ""} ${sizeWords(file)}`, ...more].join(", ");
  });
  const run = runSpec.length === 0 ? "run spec unchanged" : `run spec: ${count(runSpec.length, "change")}`;
  return [...parts, run].join(" · ");
}

/** What the fields of a run spec are called; others read as the file has them. */
const FIELDS: Readonly<Record<string, string>> = {
  command: "Command",
  arguments: "Arguments",
  installAs: "Installed as",
  "probe.url": "Probe address",
  "probe.expectStatus": "Probe expects",
  "probe.intervalMs": "Probe asks every",
  "probe.timeoutMs": "Probe waits",
  "probe.failureThreshold": "Probe misses that fail",
  "probe.kind": "Probe",
  stopDeadlineMs: "Stops within",
  startDeadlineMs: "Starts within",
  probationMs: "Probation",
  crashLimit: "Exits that revert",
  unpack: "Unpacked on the host",
  sanityToken: "Must print a token first",
  "hooks.preUpgrade.command": "Asked before a switch",
  "hooks.preUpgrade.arguments": "Arguments of that hook",
  "hooks.preUpgrade.timeoutMs": "That hook has",
  keptSlots: "Versions kept",
  diskBudgetBytes: "Disk for versions",
};

/** A changed field of the run spec in words; durations as people say them, arguments as they are typed. */
export function runSpecRow({ field, before, after }: RunSpecDifference): DifferenceRow {
  const words = (value: string | undefined): string => {
    if (value === undefined) return "";
    if (field.endsWith("Ms")) return formatDuration(Number(value));
    if (field.endsWith("Bytes")) return formatBytes(Number(value));
    return /(?:^|\.)arguments$/.test(field) ? value.slice(1, -1).replaceAll('","', '" "') : value;
  };
  return { name: FIELDS[field] ?? field.replace(/^environment\./, "$"), before: words(before), after: words(after), isChanged: true };
}

/** `5 B, 755` of an entry; permissions in the octal form that chmod takes. */
export function entryWords(side: EntrySide | undefined): string {
  if (side === undefined) return "";
  const mode = side.mode === undefined ? [] : [side.mode.toString(8).padStart(3, "0")];
  return [...(side.kind === "file" ? [formatBytes(side.sizeBytes)] : [side.kind]), ...mode].join(", ");
}
