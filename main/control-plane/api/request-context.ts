import type { Principal } from "#shared/domain/access/permission.ts";
import type { Logger } from "../ports/logger.ts";

/** What every call carries, whichever transport brought it. The shell makes it from the session, token or window. */
export type RequestContext = {
  readonly principal: Principal;
  /** Stands in logs and in error answers, so that a report leads to the lines. */
  readonly correlationId: string;
  readonly logger: Logger;
};
