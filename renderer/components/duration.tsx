import { formatDuration } from "#shared/lib/format.ts";
import { useNow } from "./clock.ts";

/** A length of time, "3 m 12 s". */
export function Duration({ ms }: { readonly ms: number }) {
  return (
    <span className="rc-num" style={{ whiteSpace: "nowrap" }}>
      {formatDuration(ms)}
    </span>
  );
}

/** The time left until `at` (epoch ms), counting down, or `over` when it passed. */
export function Countdown({ at, over }: { readonly at: number; readonly over: string }) {
  const left = at - useNow();
  return (
    <span className="rc-num" style={{ whiteSpace: "nowrap" }}>
      {left > 0 ? formatDuration(left) : over}
    </span>
  );
}
