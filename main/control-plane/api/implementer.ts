import { implement } from "@orpc/server";
import { contract } from "#shared/contract/index.ts";
import { guardAccess } from "./access-guard.ts";
import { translateFailure } from "./failure-translation.ts";
import type { RequestContext } from "./request-context.ts";

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
