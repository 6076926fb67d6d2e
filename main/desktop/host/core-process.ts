import type { CoreRequest } from "./core-messages.ts";

/**
 * One running process of the control plane, as the host sees it. `Port` is the MessagePort of whatever carries it:
 * Electron's on the desktop, worker_threads' in tests.
 */
export type CoreProcess<Port> = {
  post(request: CoreRequest, port?: Port): void;
  /** Everything the process says, unvalidated. */
  onMessage(listener: (message: unknown) => void): void;
  /** Called once. `code` is the exit code, or null when a signal or a fatal error of the engine ended it. */
  onExit(listener: (code: number | null) => void): void;
  /** Ends it at once. Harmless when it has ended. */
  kill(): void;
};
