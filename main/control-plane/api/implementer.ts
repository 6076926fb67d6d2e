import { implement } from "@orpc/server";
import { contract } from "#shared/contract/index.ts";
import type { Principal } from "#shared/domain/access/permission.ts";
import type { Logger } from "../ports/logger.ts";
import { guardAccess } from "./access-guard.ts";
import { translateFailure } from "./failure-translation.ts";

/** What every call carries, whichever transport brought it. The shell makes it from the session, token or window. */
export type RequestContext = {
  readonly principal: Principal;
  /** Stands in logs and in error answers, so that a report leads to the lines. */
  readonly correlationId: string;
  readonly logger: Logger;
};

/** The root of every handler: `api.fleets.list.handler(...)`. Access and errors are dealt with here and nowhere else. */
export const api = implement(contract)
  .$context<RequestContext>()
  .use(async ({ context, path, next }) => {
    try {
      return await next();
    } catch (thrown) {
      throw translateFailure(thrown, context, path);
    }
  })
  .use(({ context, procedure, next }, input) => {
    guardAccess(context.principal, procedure["~orpc"].meta, input);
    return next();
  });
