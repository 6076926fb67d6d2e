import { invalidDelta, type DeltaHeader } from "./delta-header.ts";
import type { FrameReader } from "./frame-reader.ts";

/** The steps of a delta, checked as a whole before the first of them is taken. */
export type DeltaSteps = {
  readonly count: number;
  diffLength(index: number): number;
  extraLength(index: number): number;
  /** How far to go in the old file before the step, from where the one before ended. */
  jump(index: number): number;
};

/**
 * Reads the control frame.
 *
 * @throws AppError DELTA_INVALID when the steps leave the old file or do not make exactly the new size.
 */
export async function readSteps(control: FrameReader, header: Extract<DeltaHeader, { readonly codec: "matches" }>): Promise<DeltaSteps> {
  const count = header.steps;
  const bytes = new Uint8Array(count * 12);
  await control.fill(bytes);
  await control.end();
  const view = new DataView(bytes.buffer);
  const steps: DeltaSteps = {
    count,
    diffLength: (index) => view.getInt32(index * 4, true),
    extraLength: (index) => view.getInt32((count + index) * 4, true),
    jump: (index) => view.getInt32((2 * count + index) * 4, true),
  };
  requireWithin(steps, header);
  return steps;
}

function requireWithin(steps: DeltaSteps, { oldBytes, newBytes }: { readonly oldBytes: number; readonly newBytes: number }): void {
  let made = 0;
  let position = 0;
  for (let index = 0; index < steps.count; index += 1) {
    const [diff, extra] = [steps.diffLength(index), steps.extraLength(index)];
    position += steps.jump(index);
    if (diff < 0 || extra < 0) throw invalidDelta("a step is shorter than nothing");
    // A step that takes nothing from the old file may stand anywhere.
    if (diff > 0 && (position < 0 || position + diff > oldBytes)) throw invalidDelta("a step leaves the old file");
    position += diff;
    made += diff + extra;
    if (made > newBytes) throw invalidDelta("its steps make more than it says");
  }
  if (made !== newBytes) throw invalidDelta("its steps make less than it says");
}
