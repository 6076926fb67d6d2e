import type { Clock } from "../../control-plane/ports/clock.ts";
import type { Logger } from "../../control-plane/ports/logger.ts";

/** What the adapter takes from the program around it. */
export type GithubSurroundings = {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Name and version in the User-Agent header, without which GitHub answers nothing: `rollcall/0.1.0`. */
  readonly userAgent: string;
  /**
   * Whether writes are spaced by a second, and new releases by three, as GitHub asks of clients. Left out, they are on
   * GitHub itself and not on an Enterprise server, which has no limits unless its owner sets some.
   */
  readonly spaceWrites?: boolean;
  /** The first wait before a failed read is tried again, in milliseconds; 1,000 when left out. */
  readonly retryBaseMs?: number;
};
