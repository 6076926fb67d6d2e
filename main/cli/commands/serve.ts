import { resolve } from "node:path";
import { AppError } from "#shared/errors/app-error.ts";
import { numberOption, textOption } from "../arguments.ts";
import type { Arguments, Command } from "../command.ts";
import { secretsProtection, SECRETS_OPTIONS } from "../secrets-arguments.ts";
import { defaultDataFolder } from "../target.ts";

const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;

const serve: Command = {
  words: ["serve"],
  summary: "Run a control plane here, with its console for browsers",
  usage:
    "rollcall serve [--data DIR] [--port N] [--listen ADDRESS] [--certificate FILE --certificate-key FILE] [--secrets-key FILE | --secrets-passphrase-file FILE] [--log-level debug|info|warn|error]",
  options: {
    port: { type: "string" },
    listen: { type: "string" },
    certificate: { type: "string" },
    "certificate-key": { type: "string" },
    ...SECRETS_OPTIONS,
    "log-level": { type: "string" },
  },
  needsTarget: () => false,
  run: async ({ output, environment, signal }, given) => {
    // The server is half of the program and no other command needs it.
    const { DEFAULT_PORT, serve: run } = await import("#main/server/serve.ts");
    const data = textOption(given, "data");
    const options = {
      dataFolder: data === undefined ? defaultDataFolder(environment) : resolve(data),
      port: numberOption(given, "port", { min: 0, max: 65_535 }) ?? DEFAULT_PORT,
      listen: textOption(given, "listen"),
      certificate: certificateFiles(given),
      secrets: secretsProtection(given, environment),
      logLevel: logLevel(given),
    };
    await run(options, { log: process.stderr, say: (line) => output.note(line), signal });
    return 0;
  },
};

function certificateFiles(given: Arguments) {
  const [certificateFile, keyFile] = [textOption(given, "certificate"), textOption(given, "certificate-key")];
  if (certificateFile === undefined && keyFile === undefined) return undefined;
  if (certificateFile !== undefined && keyFile !== undefined) return { certificateFile, keyFile };
  throw new AppError("INPUT_INVALID", "A certificate and its key are given together; nothing was started.");
}

function logLevel(given: Arguments): (typeof LOG_LEVELS)[number] {
  const text = textOption(given, "log-level") ?? "info";
  const level = LOG_LEVELS.find((one) => one === text);
  if (level !== undefined) return level;
  throw new AppError("INPUT_INVALID", `--log-level takes one of ${LOG_LEVELS.join(", ")}; nothing was started.`);
}

/** `rollcall serve` */
export const serveCommands: readonly Command[] = [serve];
