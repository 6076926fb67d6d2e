import type { Settings } from "#shared/contract/administration.ts";
import type { Store } from "../db/store.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";
import type { Logger } from "../ports/logger.ts";
import type { HostSeam } from "../rollout/host-seam.ts";
import type { AccessTokens } from "./access-tokens.ts";
import type { CommandCourier } from "./command-courier.ts";
import type { DesiredCourier } from "./desired-courier.ts";
import type { HaltDesk } from "./halt-desk.ts";
import type { PresenceBoard } from "./presence-board.ts";
import type { ReportGate } from "./report-gate.ts";
import type { RefusalLog } from "./refusal-log.ts";
import type { TailDesk } from "./tail-desk.ts";

/** What every link session shares: one object for all, so that a session is little more than its state. */
export type LinkContext = {
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  readonly seam: HostSeam;
  readonly settings: () => Settings;
  readonly tokens: () => AccessTokens;
  readonly presence: PresenceBoard;
  readonly desired: DesiredCourier;
  readonly commands: CommandCourier;
  readonly halts: HaltDesk;
  readonly tails: TailDesk;
  readonly refusals: RefusalLog;
  readonly gate: ReportGate;
};
