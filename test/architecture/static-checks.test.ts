import { describe, expect, it } from "vitest";
import { listChecks, runCheck } from "#main/build/checks.ts";

/** What `npm run check` runs is part of `npm test` too, so that one command and one closing line tell the whole truth. */
describe.concurrent("static checks", async () => {
  it.each(await listChecks())("$name is clean", async (check) => {
    const outcome = await runCheck(check);
    expect(outcome.ok, outcome.output).toBe(true);
  });
});
