import { AppError } from "#shared/errors/app-error.ts";

/** Lets `count` tasks run at a time; the others wait in the order in which they came. */
export type Lanes = {
  /** Resolves with what gives the lane back, which may be called more than once. @throws AppError CANCELLED by the signal. */
  readonly enter: (signal: AbortSignal) => Promise<() => void>;
};

/**
 * Makes lanes. A browser opens six connections to one server, the live feed holds one, and screens need some: files must
 * not take them all.
 */
export function createLanes(count: number): Lanes {
  let free = count;
  const waiting: (() => void)[] = [];
  const leave = () => {
    free += 1;
    waiting.shift()?.();
  };
  const once = (): (() => void) => {
    let isOut = false;
    return () => {
      if (isOut) return;
      isOut = true;
      leave();
    };
  };
  const enter = async (signal: AbortSignal): Promise<() => void> => {
    while (free === 0) await turn(waiting, signal);
    if (signal.aborted) {
      // Why: the turn that was given to us belongs to the next one.
      waiting.shift()?.();
      throw cancelled();
    }
    free -= 1;
    return once();
  };
  return { enter };
}

const cancelled = (): AppError => new AppError("CANCELLED", "The file was taken out while it waited.");

function turn(waiting: (() => void)[], signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const go = () => {
      signal.removeEventListener("abort", give);
      resolve();
    };
    function give() {
      const at = waiting.indexOf(go);
      if (at >= 0) waiting.splice(at, 1);
      reject(cancelled());
    }
    signal.addEventListener("abort", give, { once: true });
    waiting.push(go);
  });
}
