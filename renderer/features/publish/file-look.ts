import { formatBytes, formatDuration } from "#shared/lib/format.ts";
import type { DraftFile } from "../../stores/publish-store.ts";
import type { Status } from "../../styles/status-tokens.ts";
import { rateOf, remainingMs } from "#shared/lib/transfer-rate.ts";

/** A step of a file's way, for the little strip that shows all of them. */
export type FileStep = { readonly name: string; readonly status: Status };

/** How a file looks on its way. */
export type FileLook = {
  readonly status: Status;
  /** What happens now: "Uploading 4.1 MB of 12 MB". */
  readonly words: string;
  /** How fast and how long, where somebody can tell: "8.2 MB a second · 3 s left". */
  readonly pace: string | undefined;
  /** 0 to 1 within the present phase; undefined where nothing counts. */
  readonly fraction: number | undefined;
  readonly steps: readonly FileStep[];
};

const ORDER = ["hash", "upload", "verify"] as const;
const NAMES: Readonly<Record<(typeof ORDER)[number], string>> = { hash: "Hash", upload: "Upload", verify: "Verify" };

/** Turns a file's state into words, a bar and its steps. */
export function fileLook(file: DraftFile): FileLook {
  const { state } = file;
  switch (state.phase) {
    case "waiting":
      return look("unknown", "Waiting for its turn", 0);
    case "hashing":
      return counted(file, state.doneBytes, "Hashing", 0);
    case "copying":
      return counted(file, state.doneBytes, "Reading", 1);
    case "sending":
      return counted(file, state.doneBytes, "Uploading", 1);
    case "paused":
      return { ...counted(file, state.doneBytes, "Paused at", 1), status: "paused", pace: undefined, steps: steps(1, "paused") };
    case "verifying":
      return look("progressing", "The control plane verifies what arrived", 2);
    case "ready":
      return {
        status: "healthy",
        words: state.duplicate ? "Ready: these bytes were stored already" : "Ready",
        pace: undefined,
        fraction: undefined,
        steps: steps(3, "healthy"),
      };
    case "failed":
      return { status: "failed", words: "Failed", pace: undefined, fraction: undefined, steps: [] };
  }
}

const look = (status: Status, words: string, at: number): FileLook => ({
  status,
  words,
  pace: undefined,
  fraction: undefined,
  steps: steps(at, status),
});

function steps(at: number, now: Status): readonly FileStep[] {
  return ORDER.map((step, index) => ({ name: NAMES[step], status: index < at ? "healthy" : index === at ? now : "unknown" }));
}

function counted(file: DraftFile, doneBytes: number, verb: string, at: number): FileLook {
  const size = file.sizeBytes;
  const rate = rateOf(file.samples);
  const left = remainingMs(file.samples, size);
  const pace = [
    ...(rate === undefined ? [] : [`${formatBytes(rate)} a second`]),
    ...(left === undefined ? [] : [`${formatDuration(Math.max(1000, left))} left`]),
  ].join(" · ");
  return {
    status: "progressing",
    words: `${verb} ${formatBytes(doneBytes)}${size === undefined ? "" : ` of ${formatBytes(size)}`}`,
    pace: pace === "" ? undefined : pace,
    fraction: size === undefined || size === 0 ? undefined : Math.min(1, doneBytes / size),
    steps: steps(at, "progressing"),
  };
}

/** All files as one line: "3 files, 38 MB · 1 ready, 1 failed". */
export function summarizeFiles(files: readonly DraftFile[]): string {
  const bytes = files.reduce((sum, file) => sum + (file.sizeBytes ?? 0), 0);
  const count = (phases: readonly string[]): number => files.filter((file) => phases.includes(file.state.phase)).length;
  const parts = [
    [count(["ready"]), "ready"],
    [count(["waiting", "hashing", "copying", "sending", "verifying"]), "under way"],
    [count(["paused"]), "paused"],
    [count(["failed"]), "failed"],
  ] as const;
  const states = parts.filter(([many]) => many > 0).map(([many, word]) => `${many} ${word}`);
  return `${files.length === 1 ? "1 file" : `${files.length} files`}, ${formatBytes(bytes)} · ${states.join(", ")}`;
}

/** How far everything is, 0 to 1, for the dock; undefined when nothing is under way. Hashing counts as much as sending. */
export function totalProgress(files: readonly DraftFile[]): number | undefined {
  const moving = files.filter((file) => !["ready", "failed"].includes(file.state.phase));
  if (moving.length === 0) return undefined;
  const done = files.reduce((sum, file) => sum + doneShare(file) * (file.sizeBytes ?? 1), 0);
  const all = files.reduce((sum, file) => sum + (file.sizeBytes ?? 1), 0);
  return all === 0 ? 0 : Math.min(1, done / all);
}

function doneShare(file: DraftFile): number {
  const { state } = file;
  const share = "doneBytes" in state && file.sizeBytes !== undefined && file.sizeBytes > 0 ? state.doneBytes / file.sizeBytes : 0;
  switch (state.phase) {
    case "waiting":
      return 0;
    case "hashing":
      return share / 2;
    case "copying":
    case "sending":
    case "paused":
      return 0.5 + share / 2;
    case "verifying":
    case "ready":
    case "failed":
      return 1;
  }
}
