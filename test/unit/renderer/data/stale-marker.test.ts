import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createStaleMarker, type StaleMarker } from "#renderer/data/stale-marker.ts";

/** A noun on a server and a screen that shows it; each read answers what stood there when it came, once it is let go. */
function shown() {
  const queries = new QueryClient({ defaultOptions: { queries: { networkMode: "always", staleTime: 60_000, retry: false } } });
  const reads: { readonly answer: () => void }[] = [];
  const server = { value: "before" };
  const observer = new QueryObserver(queries, {
    queryKey: ["uploads", "one"],
    queryFn: () => {
      const { value } = server;
      return new Promise<string>((resolve) => reads.push({ answer: () => resolve(value) }));
    },
  });
  observer.subscribe(() => undefined);
  const marker = createStaleMarker(queries);
  markers.push(marker);
  return { reads, server, marker, seen: () => observer.getCurrentResult().data };
}

const markers: StaleMarker[] = [];
afterEach(() => {
  for (const marker of markers.splice(0)) marker.stop();
  vi.useRealTimers();
});

describe("what an event makes stale", () => {
  it("is read again, once for a burst", async () => {
    vi.useFakeTimers();
    const { reads, server, marker, seen } = shown();
    reads[0]!.answer();
    await vi.advanceTimersByTimeAsync(10);
    server.value = "after";
    for (let times = 0; times < 5; times += 1) marker.mark(["uploads"]);
    await vi.advanceTimersByTimeAsync(300);
    reads[1]!.answer();
    await vi.advanceTimersByTimeAsync(10);
    expect([seen(), reads.length]).toEqual(["after", 2]);
  });

  it("is read again also when its first read was on its way, with what stood there before", async () => {
    vi.useFakeTimers();
    const { reads, server, marker, seen } = shown();
    server.value = "after";
    marker.mark(["uploads"]);
    await vi.advanceTimersByTimeAsync(300);
    reads[0]!.answer();
    await vi.advanceTimersByTimeAsync(10);
    expect([seen(), reads.length]).toEqual(["before", 2]);
    reads[1]!.answer();
    await vi.advanceTimersByTimeAsync(10);
    expect(seen()).toBe("after");
  });

  it("is not read by an event about something else", async () => {
    vi.useFakeTimers();
    const { reads, marker } = shown();
    reads[0]!.answer();
    marker.mark(["rollouts"]);
    await vi.advanceTimersByTimeAsync(300);
    expect(reads).toHaveLength(1);
  });
});
