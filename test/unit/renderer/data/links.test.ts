import { describe, expect, it } from "vitest";
import type { Link } from "#renderer/data/contract-client.ts";
import { guardLink } from "#renderer/data/guard-link.ts";
import { rootsOfTopic } from "#renderer/data/topic-roots.ts";
import { QUERY_ROOTS } from "#renderer/data/query-keys.ts";

/** A link that never answers, and rejects as fetch does when its signal aborts. */
const silent: Link = {
  call: (_path, _input, options) =>
    new Promise((_, reject) => {
      options.signal?.addEventListener(
        "abort",
        () => reject(options.signal?.reason instanceof Error ? options.signal.reason : new Error("aborted")),
        { once: true },
      );
    }),
};

describe("a guarded link", () => {
  it("gives up on a call that gets no answer", async () => {
    await expect(guardLink(silent, 5).call(["home", "overview"], undefined, { context: {} })).rejects.toMatchObject({
      code: "REMOTE_TIMEOUT",
    });
  });

  it("lets the caller cancel", async () => {
    const ended = new AbortController();
    const call = guardLink(silent).call(["home", "overview"], undefined, { context: {}, signal: ended.signal });
    ended.abort();
    await expect(call).rejects.toMatchObject({ code: "CANCELLED" });
  });

  it("puts no deadline on streams", async () => {
    const seen: (AbortSignal | undefined)[] = [];
    const link = guardLink({ call: async (_path, _input, options) => void seen.push(options.signal) }, 5);
    await link.call(["system", "events"], undefined, { context: {} });
    await new Promise((resolve) => setTimeout(resolve, 15));
    expect(seen[0]?.aborted).toBe(false);
  });
});

describe("live topics", () => {
  it("make their nouns stale", () => {
    expect(rootsOfTopic("rollout.paused")).toContain("rollouts");
    expect(rootsOfTopic("host.enrolled")).toContain("hosts");
  });

  it("make everything stale when they are not known", () => {
    expect(rootsOfTopic("weather.changed")).toEqual(QUERY_ROOTS);
  });
});
