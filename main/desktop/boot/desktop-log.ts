import { pinoLogger } from "#main/adapters/system/pino-logger.ts";
import type { Logger } from "#main/control-plane/ports/logger.ts";
import { CappedLog } from "#main/node/capped-log.ts";

/** The desktop's log, and how to wait for its last line before the process ends. */
export type DesktopLog = { readonly logger: Logger; flush(): Promise<void> };

/** Opens the log of the main process. Lines are JSON, secrets are blanked, the file never grows past its cap. */
export function openDesktopLog(file: string): DesktopLog {
  const destination = new CappedLog(file);
  return { logger: pinoLogger(destination), flush: () => destination.flush() };
}
