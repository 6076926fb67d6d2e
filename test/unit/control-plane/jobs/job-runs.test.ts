import { describe, expect, it } from "vitest";
import { JobRuns } from "#main/control-plane/jobs/job-runs.ts";

/** A run that the test ends, one after the other. */
function gated() {
  const begun: AbortSignal[] = [];
  const ends: (() => void)[] = [];
  const once = (signal: AbortSignal): Promise<number> => {
    const at = begun.push(signal);
    return new Promise((resolve) => {
      ends.push(() => resolve(at));
      signal.addEventListener("abort", () => resolve(at), { once: true });
    });
  };
  return { begun, ends, once };
}

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
};

describe("runs of a job", () => {
  it("are one at a time, and news meanwhile make one more", async () => {
    const { begun, ends, once } = gated();
    const runs = new JobRuns<string, number>();
    const ended = runs.wake("a", once);
    void runs.wake("a", once);
    void runs.wake("a", once);
    await turns();
    expect(begun).toHaveLength(1);
    ends[0]?.();
    await turns();
    expect(begun).toHaveLength(2);
    ends[1]?.();
    expect(await ended).toBe(2);
    await turns();
    expect(begun).toHaveLength(2);
  });

  it("are beside those of other jobs", async () => {
    const { begun, once } = gated();
    const runs = new JobRuns<string, number>();
    void runs.wake("a", once);
    void runs.wake("b", once);
    await turns();
    expect(begun).toHaveLength(2);
    await runs.stop();
  });

  it("need no further one when an outcome leaves nothing to run for", async () => {
    const { begun, ends, once } = gated();
    const runs = new JobRuns<string, number>();
    const ended = runs.wake("a", once, (outcome) => outcome === 1);
    void runs.wake("a", once);
    await turns();
    ends[0]?.();
    expect(await ended).toBe(1);
    expect(begun).toHaveLength(1);
  });

  it("are cut short by halting, after which the job may run again, and by stopping, after which nothing does", async () => {
    const { begun, once } = gated();
    const runs = new JobRuns<string, number>();
    void runs.wake("a", once);
    await turns();
    await runs.halt("a");
    expect(begun[0]?.aborted).toBe(true);
    void runs.wake("a", once);
    void runs.wake("a", once);
    await turns();
    expect(begun).toHaveLength(2);
    await runs.stop();
    expect(runs.isStopping).toBe(true);
    expect(begun).toHaveLength(2);
  });
});
