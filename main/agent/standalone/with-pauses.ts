import { AppError } from "#shared/errors/app-error.ts";
import type { NamedFile } from "../bytes/choose-way-to-bytes.ts";
import type { ReleaseSource, SourceTransfer } from "./release-source.ts";

/**
 * A source that is not asked again before it wants to be: when it refuses and says for how long (`Retry-After`, or when
 * a rate limit is lifted), everybody here hears that refusal until then, and nothing is sent. Whoever goes on asking is
 * shut out for longer.
 */
export function withPauses(source: ReleaseSource, nowMs: () => number): ReleaseSource {
  let until = 0;
  let refusal: AppError | undefined;
  const leftMs = (): number => Math.max(0, until - nowMs());
  const asked = async <T>(run: () => Promise<T>): Promise<T> => {
    if (refusal !== undefined && leftMs() > 0)
      throw new AppError(refusal.code, refusal.message, { details: { ...refusal.details, retryAfterMs: Math.ceil(leftMs()) } });
    try {
      return await run();
    } catch (thrown) {
      if (thrown instanceof AppError && typeof thrown.details["retryAfterMs"] === "number") {
        refusal = thrown;
        until = nowMs() + thrown.details["retryAfterMs"];
      }
      throw thrown;
    }
  };
  return {
    get place() {
      return source.place;
    },
    get offer() {
      return source.offer;
    },
    look: (signal) => asked(() => source.look(signal)),
    manifest: (version, signal) => asked(() => source.manifest(version, signal)),
    fetch: (file: NamedFile, transfer: SourceTransfer) => asked(() => source.fetch(file, transfer)),
    news: (intervalMs, signal) => source.news(Math.max(intervalMs, leftMs()), signal),
  };
}
