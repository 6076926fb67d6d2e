import { rename, stat } from "node:fs/promises";
import { destination, multistream, pino, stdTimeFunctions, type Logger } from "pino";
import { isNotFound } from "#main/node/disk-error.ts";

/** What agent code logs to. */
export type AgentLogger = Pick<Logger, "debug" | "info" | "warn" | "error">;

/** Paths that are blanked in every line, whoever wrote them. */
const REDACTED = [
  "secret",
  "token",
  "accessToken",
  "authorization",
  "sessionId",
  "*.secret",
  "*.token",
  "*.accessToken",
  "*.authorization",
];

const MAX_LOG_BYTES = 5 * 1024 * 1024;

/** The agent's log and how to keep it within its size. */
export type AgentLog = { readonly logger: Logger; rotate(): Promise<void> };

/**
 * JSON lines into `agent.log`, and onto standard error for whoever watches. Written synchronously: the last line before
 * a kill is the one that is wanted. {@link AgentLog.rotate} moves a log that grew too big to `agent.log.1`.
 */
export function openAgentLog(path: string, options: { readonly foreground: boolean; readonly level?: string }): AgentLog {
  const file = destination({ dest: path, append: true, mkdir: true, sync: true, mode: 0o640 });
  let isLonger = false;
  file.on("write", () => (isLonger = true));
  const streams = options.foreground ? [{ stream: file }, { stream: destination({ dest: 2, sync: true }) }] : [{ stream: file }];
  const logger = pino(
    { level: options.level ?? "info", redact: REDACTED, base: null, timestamp: stdTimeFunctions.isoTime },
    multistream(streams),
  );
  return {
    logger,
    rotate: async () => {
      // Looking costs a wakeup, and an idle agent writes nothing.
      if (!isLonger) return;
      isLonger = false;
      try {
        if ((await stat(path)).size <= MAX_LOG_BYTES) return;
        await rename(path, `${path}.1`);
      } catch (thrown) {
        if (!isNotFound(thrown)) throw thrown;
      }
      file.reopen();
    },
  };
}
