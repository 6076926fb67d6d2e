import type { Verdict } from "../update/probation.ts";
import type { SupervisedService } from "./supervised-service.ts";

/** What keeps a version of an application running: a supervised process, or the agent itself, which is one, too. */
export type UnitService = Pick<SupervisedService, keyof SupervisedService> & {
  /** Says what probation says of the version that serves, in place of what is observed of a process. */
  readonly judge?: (atMs: number) => Verdict | undefined;
};
