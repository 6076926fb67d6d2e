/** Ends a scheduled call; calling it twice does nothing. */
export type Cancel = () => void;

/**
 * The only source of time in the control plane, so that tests turn hours in an instant. `now` is wall time in epoch
 * milliseconds and may jump; `monotonicMs` never goes back and measures spans.
 */
export type Clock = {
  now(): number;
  monotonicMs(): number;
  /** Calls back once after `delayMs`. Durable deadlines are rows of `timers`; this only wakes whoever reads them. */
  after(delayMs: number, wake: () => void): Cancel;
};
