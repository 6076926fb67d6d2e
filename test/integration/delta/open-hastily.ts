import { openGithubStore } from "#main/adapters/github-releases/open-github-store.ts";
import { systemClock } from "#main/adapters/system/system-clock.ts";
import type { OpenReleaseStore } from "#main/control-plane/ports/release-store.ts";
import { quietLogger } from "#test/fakes/quiet-logger.ts";

/** Opens a store on GitHub that asks again at once where it is told to wait. */
export const openHastily: OpenReleaseStore = (settings, readSecret) => {
  if (settings.kind !== "github") throw new Error("only GitHub here");
  return openGithubStore(settings, readSecret, { clock: systemClock, logger: quietLogger(), userAgent: "rollcall/test", retryBaseMs: 1 });
};
