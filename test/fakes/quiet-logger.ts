import type { Logger } from "#main/control-plane/ports/logger.ts";

/** A logger that keeps what was said at warn and above, for tests that ask. */
export type QuietLogger = Logger & {
  readonly lines: readonly { readonly level: string; readonly fields: object; readonly message: string }[];
};

/** Makes a logger that writes nowhere. */
export function quietLogger(): QuietLogger {
  const lines: { level: string; fields: object; message: string }[] = [];
  const logger: QuietLogger = {
    lines,
    debug: () => undefined,
    info: () => undefined,
    warn: (fields, message) => void lines.push({ level: "warn", fields, message }),
    error: (fields, message) => void lines.push({ level: "error", fields, message }),
    child: () => logger,
  };
  return logger;
}
