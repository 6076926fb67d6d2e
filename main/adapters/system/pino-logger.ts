import { pino, type DestinationStream, type Logger as PinoLogger } from "pino";
import type { Logger } from "#main/control-plane/ports/logger.ts";

/** Paths that are blanked in every line, whoever wrote them. */
const REDACTED = [
  "secret",
  "token",
  "accessToken",
  "authorization",
  "cookie",
  "password",
  "*.secret",
  "*.token",
  "*.accessToken",
  "*.authorization",
  "*.cookie",
  "*.password",
];

/** JSON lines through pino to `destination`; levels below `level` are dropped. */
export function pinoLogger(destination: DestinationStream, level: "debug" | "info" | "warn" | "error" = "info"): Logger {
  return wrap(pino({ level, redact: REDACTED, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination));
}

function wrap(logger: PinoLogger): Logger {
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
    child: (fields) => wrap(logger.child(fields)),
  };
}
