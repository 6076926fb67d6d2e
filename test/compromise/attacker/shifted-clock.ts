/** Loaded before a program (`--import`): its wall clock goes ahead by ROLLCALL_TEST_AHEAD_MS; what is monotonic stays. */
const aheadMs = Number(process.env["ROLLCALL_TEST_AHEAD_MS"] ?? 0);
const Genuine = Date;

class ShiftedDate extends Genuine {
  constructor(...given: readonly (number | string)[]) {
    // Why the cast: whatever a date may be made of is handed on, in any number.
    super(...((given.length === 0 ? [ShiftedDate.now()] : given) as [number]));
  }

  static override now(): number {
    return Genuine.now() + aheadMs;
  }
}

Reflect.set(globalThis, "Date", ShiftedDate);

export {};
