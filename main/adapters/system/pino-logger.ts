import { pino, type DestinationStream, type Logger as PinoLogger } from "pino";
import type { Logger } from "#main/control-plane/ports/logger.ts";
import { redactSecrets } from "./redact-secrets.ts";

/** Fields that are blanked in every line, whoever wrote them, at the top and one level below. */
const SECRET_FIELDS = [
  "secret",
  "token",
  "accessToken",
  "identitytoken",
  "authorization",
  "Authorization",
  "cookie",
  "password",
  "passphrase",
  "privateKey",
];
const REDACTED = SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.headers.${field}`]);

/**
 * JSON lines through pino to `destination`; levels below `level` are dropped. Secrets are blanked by their field and by
 * their form (`redactSecrets`); of an error its name, code, message and stack are written, and no other field, since
 * clients of HTTP put whole requests with their credentials there.
 */
export function pinoLogger(destination: DestinationStream, level: "debug" | "info" | "warn" | "error" = "info"): Logger {
  const options = {
    level,
    redact: REDACTED,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: describeError },
    hooks: { streamWrite: redactSecrets },
  };
  return wrap(pino(options, destination));
}

const MAX_CAUSES = 5;

function describeError(thrown: unknown, depth = 0): unknown {
  if (!(thrown instanceof Error)) return thrown;
  const code = "code" in thrown && (typeof thrown.code === "string" || typeof thrown.code === "number") ? thrown.code : undefined;
  const cause = thrown.cause === undefined || depth >= MAX_CAUSES ? undefined : describeError(thrown.cause, depth + 1);
  return { type: thrown.name, code, message: thrown.message, stack: thrown.stack, cause };
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
