import { onTestFinished } from "vitest";
import { StrictRegistry } from "./oci-registry/strict-registry.ts";
import { ShapingRelay } from "./shaping-relay.ts";

/** A thin line: some megabytes take the better part of a minute. */
const THIN_BYTES_PER_SECOND = 64 * 1024;

/** One registry by two addresses: fast for whoever fills it, and by a thin line for whoever reads it. */
export type SlowRegistry = {
  readonly url: string;
  readonly slowUrl: string;
  /** From now on the thin line holds nothing back. */
  readonly widen: () => void;
  readonly close: () => Promise<void>;
};

/** Starts one; whoever starts it closes it. */
export async function startSlowRegistry(): Promise<SlowRegistry> {
  const registry = await StrictRegistry.start();
  const relay = await ShapingRelay.start(registry.port, THIN_BYTES_PER_SECOND);
  return {
    url: registry.url,
    slowUrl: relay.url,
    widen: () => relay.shape(Number.POSITIVE_INFINITY),
    close: async () => {
      await relay.close();
      await registry.close();
    },
  };
}

/** The same, closed at the end of the running test. */
export async function slowRegistry(): Promise<SlowRegistry> {
  const started = await startSlowRegistry();
  onTestFinished(() => started.close());
  return started;
}
