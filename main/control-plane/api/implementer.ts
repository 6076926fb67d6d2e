import { implement } from "@orpc/server";
import { contract } from "#shared/contract/index.ts";
import { guardAccess } from "./access-guard.ts";
import { translateFailure } from "./failure-translation.ts";
import type { RequestContext } from "./request-context.ts";
import { translateStream } from "./translate-stream.ts";

/** The root of every handler: `api.fleets.list.handler(...)`. Access and errors are dealt with here and nowhere else. */
export const api = implement(contract)
  .$context<RequestContext>()
  .use(async ({ context, path, next }) => {
    const translate = (thrown: unknown) => translateFailure(thrown, context, path);
    try {
      const answer = await next();
      return { ...answer, output: translateStream(answer.output, translate) };
    } catch (thrown) {
      throw translate(thrown);
    }
  })
  .use(({ context, procedure, next }, input) => {
    guardAccess(context.principal, procedure["~orpc"].meta, input);
    return next();
  });
