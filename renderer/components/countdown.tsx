import { formatDuration } from "#shared/lib/format.ts";
import { useNow } from "./clock.ts";

/** The time left until `at` (epoch ms), counting down, or `over` when it passed. */
export function Countdown({ at, over }: { readonly at: number; readonly over: string }) {
  const left = at - useNow();
  return (
    <span className="rc-num" style={{ whiteSpace: "nowrap" }}>
      {left > 0 ? formatDuration(left) : over}
    </span>
  );
}
