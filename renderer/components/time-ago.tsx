import { Tooltip } from "@mantine/core";
import { useNow } from "./clock.ts";
import { absoluteTime, relativeTime } from "./relative-time.ts";

/** A point in time, relative and ticking; the absolute time with its zone on hover. `at` is epoch ms. */
export function TimeAgo({ at }: { readonly at: number }) {
  const now = useNow();
  return (
    <Tooltip label={absoluteTime(at)}>
      <time className="rc-num" dateTime={new Date(at).toISOString()} style={{ whiteSpace: "nowrap" }}>
        {relativeTime(at, now)}
      </time>
    </Tooltip>
  );
}
