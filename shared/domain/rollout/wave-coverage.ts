import type { Wave, WaveState } from "./rollout.ts";

/** What of a wave says whom it serves. */
export type CoverageWave = Pick<Wave, "state" | "selector">;

const OPENED: readonly WaveState[] = ["open", "baking", "passed", "tripped"];

/** Whether the wave has been opened, however it went on. */
export function isOpened(state: WaveState): boolean {
  return OPENED.includes(state);
}

/**
 * Whether every host of a group is served: all of its waves in this rollout have opened and together they cover the
 * group. From then on hosts that join late are served too, though no gate counts them. Hosts beyond a last wave of, say,
 * 50 % are not served until another rollout reaches them.
 */
export function coversWholeGroup(wavesOfGroup: readonly CoverageWave[]): boolean {
  const whole = wavesOfGroup.some(({ selector }) => selector.kind === "all" || (selector.kind === "percent" && selector.percent === 100));
  return whole && wavesOfGroup.every((wave) => isOpened(wave.state));
}
