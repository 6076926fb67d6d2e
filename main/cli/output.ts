import { inertJson, inertText } from "#shared/lib/shown-text.ts";

/** Where a command's words go: results to stdout, everything else to stderr, so that pipes stay clean. */
export type Output = {
  readonly json: boolean;
  /** The command's result: `data` as JSON with --json, else the lines. */
  result(data: unknown, lines: readonly string[]): void;
  /** A remark to the person, not part of the result; silent with --json. */
  note(line: string): void;
  /**
   * One line of live progress, rewritten in place on a terminal. Elsewhere it is printed when `step` changes, so that
   * the log of a pipeline stays short; without a step, when the line does.
   */
  progress(line: string, step?: string): void;
  /** Ends the live line. */
  progressEnd(): void;
  /** Raw text of a stream, such as an export. */
  raw(text: string): Promise<void>;
};

type Streams = { readonly out: NodeJS.WritableStream; readonly err: NodeJS.WritableStream & { isTTY?: boolean; columns?: number } };

/** The output of one run of the CLI. Whatever others' texts carry, nothing but plain characters reaches the terminal. */
export function makeOutput(streams: Streams, json: boolean): Output {
  let last = "";
  const line = (text: string): void => void streams.err.write(`${inertText(text)}\n`);
  return {
    json,
    result: (data, lines) =>
      void streams.out.write(
        json ? `${inertJson(JSON.stringify(data, undefined, 2))}\n` : lines.map((text) => `${inertText(text)}\n`).join(""),
      ),
    note: (text) => {
      if (!json) line(text);
    },
    progress: (text, step = text) => {
      const mark = streams.err.isTTY === true ? text : step;
      if (json || mark === last) return;
      last = mark;
      if (streams.err.isTTY === true) streams.err.write(`\r\u001b[2K${inertText(text).slice(0, (streams.err.columns ?? 100) - 1)}`);
      else line(text);
    },
    progressEnd: () => {
      if (streams.err.isTTY === true && last !== "") streams.err.write("\n");
      last = "";
    },
    raw: (text) => new Promise((resolve) => void (streams.out.write(text) ? resolve() : streams.out.once("drain", resolve))),
  };
}

/** Rows as aligned columns under a header; an empty table says so. */
export function table(header: readonly string[], rows: readonly (readonly string[])[], whenEmpty: string): string[] {
  if (rows.length === 0) return [whenEmpty];
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => (row[column] ?? "").length)));
  return all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** A bar for progress lines: `[######----]  60 %`. */
export function bar(share: number, width = 24): string {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * width);
  return `[${"#".repeat(filled)}${"-".repeat(width - filled)}] ${String(Math.round(Math.min(1, Math.max(0, share)) * 100)).padStart(3)} %`;
}
