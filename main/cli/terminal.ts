import { createInterface } from "node:readline/promises";
import { AppError } from "#shared/errors/app-error.ts";

/** What is typed: a terminal's keyboard, or a pipe, which is never asked. */
export type TerminalInput = NodeJS.ReadableStream & { readonly isTTY?: boolean; setRawMode?(isRaw: boolean): unknown };

/** A person at the keyboard, if there is one. */
export type Terminal = {
  readonly isThere: boolean;
  /** Asks and answers the line typed. Only where {@link isThere}. */
  ask(question: string): Promise<string>;
  /** The same without showing what is typed. @throws AppError CANCELLED on Ctrl-C or the end of input. */
  askSecret(question: string): Promise<string>;
};

/** The terminal of one run. Questions go to `err`, so that results stay clean in a pipe. */
export function makeTerminal(input: TerminalInput | undefined, err: NodeJS.WritableStream): Terminal {
  const isThere = input?.isTTY === true && input.setRawMode !== undefined;
  const keyboard = (): TerminalInput => {
    if (input !== undefined && isThere) return input;
    throw new AppError("INPUT_INVALID", "There is no terminal to ask at; nothing was done.");
  };
  return {
    isThere,
    ask: async (question) => {
      const lines = createInterface({ input: keyboard(), output: err, terminal: false });
      try {
        return await lines.question(question);
      } finally {
        lines.close();
      }
    },
    askSecret: (question) => readHidden(keyboard(), err, question),
  };
}

const [CTRL_C, CTRL_D, BACKSPACE, DELETE] = ["\u0003", "\u0004", "\b", "\u007f"];

/** Reads key by key, so that nothing is echoed and nothing lands in the terminal's own line buffer. */
function readHidden(input: TerminalInput, err: NodeJS.WritableStream, question: string): Promise<string> {
  // Before the question: whoever answers at once must not find the echo still on.
  input.setRawMode?.(true);
  err.write(question);
  input.setEncoding("utf8");
  input.resume();
  return new Promise<string>((resolve, reject) => {
    let typed: readonly string[] = [];
    const end = (act: () => void): void => {
      input.off("data", onData);
      input.off("end", onEnd);
      act();
    };
    const cancel = (): void => end(() => reject(new AppError("CANCELLED", "No passphrase was given; nothing was done.")));
    const onEnd = (): void => cancel();
    const onData = (data: string | Buffer): void => {
      for (const key of Array.from(String(data))) {
        if (key === "\r" || key === "\n") return end(() => resolve(typed.join("")));
        if (key === CTRL_C || key === CTRL_D) return cancel();
        typed = key === BACKSPACE || key === DELETE ? typed.slice(0, -1) : [...typed, key];
      }
    };
    input.on("data", onData);
    input.on("end", onEnd);
  }).finally(() => {
    input.setRawMode?.(false);
    input.pause();
    err.write("\n");
  });
}
