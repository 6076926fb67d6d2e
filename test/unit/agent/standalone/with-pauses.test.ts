import { describe, expect, it } from "vitest";
import type { ReleaseSource } from "#main/agent/standalone/release-source.ts";
import { withPauses } from "#main/agent/standalone/with-pauses.ts";
import { AppError } from "#shared/errors/app-error.ts";

/** A source that answers what the test says, counts how often it was asked, and remembers how long it was waited for. */
function aSource() {
  const seen = { asked: 0, waits: [] as number[], answer: () => Promise.resolve({ versions: [], channels: {} }) as Promise<never> };
  const ask = (): Promise<never> => {
    seen.asked += 1;
    return seen.answer();
  };
  const source: ReleaseSource = {
    place: "there",
    offer: undefined,
    look: ask,
    manifest: ask,
    fetch: ask,
    news: (ms) => (seen.waits.push(ms), Promise.resolve()),
  };
  let now = 0;
  return { seen, source: withPauses(source, () => now), at: (ms: number) => (now = ms) };
}

const { signal } = new AbortController();
const limited = (retryAfterMs: number) => () => Promise.reject(new AppError("RATE_LIMITED", "too often", { details: { retryAfterMs } }));

describe("a source that wants to be left alone", () => {
  it("is not asked before the time it said, by anybody, and who asks hears its own words", async () => {
    const { seen, source, at } = aSource();
    seen.answer = limited(60_000);
    await expect(source.look(signal)).rejects.toMatchObject({ code: "RATE_LIMITED" });
    at(20_000);
    await expect(source.manifest("1.0.0", signal)).rejects.toMatchObject({ message: "too often", details: { retryAfterMs: 40_000 } });
    expect(seen.asked).toBe(1);
    await source.news(5000, signal);
    at(60_000);
    await source.news(5000, signal);
    expect(seen.waits).toEqual([40_000, 5000]);
    await expect(source.look(signal)).rejects.toMatchObject({ code: "RATE_LIMITED" });
    expect(seen.asked).toBe(2);
  });

  it("is asked again at once after a refusal that names no time", async () => {
    const { seen, source } = aSource();
    seen.answer = () => Promise.reject(new AppError("REMOTE_UNREACHABLE", "gone"));
    await expect(source.look(signal)).rejects.toMatchObject({ code: "REMOTE_UNREACHABLE" });
    await expect(source.look(signal)).rejects.toMatchObject({ code: "REMOTE_UNREACHABLE" });
    expect(seen.asked).toBe(2);
  });
});
