import { pinoLogger } from "#main/adapters/system/pino-logger.ts";
import { openEncryptedFileSecrets } from "#main/adapters/encrypted-file-secrets/open-encrypted-file-secrets.ts";
import type { SecretsProtection } from "#main/adapters/encrypted-file-secrets/secrets-protection.ts";
import { startServer } from "./server.ts";
import type { CertificateFiles } from "./tls/server-certificate.ts";

/** The port of a server when none is asked for. */
export const DEFAULT_PORT = 7420;

/** What `rollcall serve` is asked for. */
export type ServeOptions = {
  readonly dataFolder: string;
  readonly port: number;
  readonly listen: string | undefined;
  readonly certificate: CertificateFiles | undefined;
  /** What the secrets in the data folder are sealed with. */
  readonly secrets: SecretsProtection;
  readonly logLevel: "debug" | "info" | "warn" | "error";
};

/** What a server in the foreground touches. */
export type ServeSurroundings = {
  /** Where the log goes, line by line. */
  readonly log: { write(line: string): unknown };
  /** Tells the person in front of it something once. */
  readonly say: (line: string) => void;
  /** Stops the server. */
  readonly signal: AbortSignal;
};

/**
 * Runs a server until the signal: says where it is and how to log in, and stops it in order.
 *
 * @throws AppError as `startServer` does.
 */
export async function serve(options: ServeOptions, around: ServeSurroundings): Promise<void> {
  const logger = pinoLogger({ write: (line) => void around.log.write(line) }, options.logLevel);
  const server = await startServer({ ...options, logger, openSecrets: (folder) => openEncryptedFileSecrets(folder, options.secrets) });
  around.say(`Rollcall runs at ${server.urls.join(" and ")}; its data lies in ${options.dataFolder}.`);
  around.say(`Its secrets: ${server.opened.secrets.protection}`);
  if (server.certificatePin !== undefined) {
    around.say(`Its certificate has the SHA-256 ${server.certificatePin}; tokens carry it.`);
    around.say(`Programs and browsers of this machine reach it at ${server.localUrl}, too.`);
  }
  around.say(`Log in once within ten minutes with ${await server.loginLink()}`);
  if (!around.signal.aborted) {
    await new Promise<void>((resolve) => {
      around.signal.addEventListener("abort", () => resolve(), { once: true });
    });
  }
  await server.stop();
}
