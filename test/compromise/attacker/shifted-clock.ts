/**
 * Loaded before a program (`--import`): its wall clock goes ahead by ROLLCALL_TEST_AHEAD_MS, or by what the file
 * ROLLCALL_TEST_AHEAD_FILE says at each look, so that it can jump under a running program. What is monotonic stays.
 */
import { readFileSync } from "node:fs";

const fixedMs = Number(process.env["ROLLCALL_TEST_AHEAD_MS"] ?? 0);
const file = process.env["ROLLCALL_TEST_AHEAD_FILE"];
const Genuine = Date;

const aheadMs = (): number => (file === undefined ? fixedMs : Number(readFileSync(file, "utf8")));

class ShiftedDate extends Genuine {
  constructor(...given: readonly (number | string)[]) {
    // Why the cast: whatever a date may be made of is handed on, in any number.
    super(...((given.length === 0 ? [ShiftedDate.now()] : given) as [number]));
  }

  static override now(): number {
    return Genuine.now() + aheadMs();
  }
}

Reflect.set(globalThis, "Date", ShiftedDate);
