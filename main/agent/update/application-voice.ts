import type { ReportedApplication } from "#shared/domain/host/reported.ts";
import type { LogLimits } from "#shared/domain/release/log-limits.ts";
import type { PhaseNote } from "./journal.ts";
import type { ReleaseIdentity } from "./release-identity.ts";

/** What an application may say about itself, and hears, over its own socket; its unit asks and tells through this. */
export type ApplicationVoice = {
  /** Told of every phase before it is reported; the phase stays owed until this resolves. */
  readonly entered: (note: PhaseNote) => Promise<void>;
  /** For how many ms the application asks that a staged release be not switched to; undefined lets it go on. */
  readonly heldBackMs: (staged: ReleaseIdentity) => number | undefined;
  /** How much of its output the application wants kept, where it has said so. */
  readonly logLimits: () => LogLimits | undefined;
  /** The update lock that ends last, for reports. */
  readonly lock: () => ReportedApplication["updateLock"];
};
