import type { Json } from "#shared/lib/canonical-json.ts";
import type { OpenReleaseStore, PlannedStep, ReleaseStore, StepContext } from "#main/control-plane/ports/release-store.ts";

/** What a test makes of a step before the real store runs it: nothing, a wait, or a failure that it throws. */
export type StepGate = (step: PlannedStep, context: StepContext) => Promise<void>;

/** Real stores whose steps a test holds up or fails. */
export class GatedStores {
  readonly open: OpenReleaseStore;
  /** Every step that was begun, in order. */
  readonly begun: string[] = [];
  gate: StepGate = () => Promise.resolve();
  channelGate: () => Promise<void> = () => Promise.resolve();
  abandonGate: () => Promise<void> = () => Promise.resolve();
  /** Before a file is opened; may hold it up until the signal ends. */
  openGate: (location: Json, signal: AbortSignal) => Promise<void> = () => Promise.resolve();

  constructor(real: OpenReleaseStore) {
    this.open = (settings, readSecret) => this.#gated(real(settings, readSecret));
  }

  #gated(store: ReleaseStore): ReleaseStore {
    return {
      probe: (productId, signal) => store.probe(productId, signal),
      plan: (content) => store.plan(content),
      run: async (step, content, context) => {
        this.begun.push(step.id);
        await this.gate(step, context);
        return store.run(step, content, context);
      },
      abandon: async (content, notes, signal) => {
        await this.abandonGate();
        return store.abandon(content, notes, signal);
      },
      moveChannel: async (productId, channel, version, signal) => {
        await this.channelGate();
        return store.moveChannel(productId, channel, version, signal);
      },
      withdraw: (productId, version, signal) => store.withdraw(productId, version, signal),
      open: async (location, range, signal) => {
        await this.openGate(location, signal);
        return store.open(location, range, signal);
      },
      shortLivedUrl: (location, signal) => store.shortLivedUrl(location, signal),
      discover: (productId, signal) => store.discover(productId, signal),
      inspect: (productId, reference, signal) => store.inspect(productId, reference, signal),
    };
  }
}

/** Waits until the signal ends, as a transfer does that no byte arrives on. */
export function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = (): void => reject(signal.reason instanceof Error ? signal.reason : new Error("aborted"));
    if (signal.aborted) end();
    else signal.addEventListener("abort", end, { once: true });
  });
}
