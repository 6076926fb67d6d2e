import type { ReactNode } from "react";
import type { Status } from "../styles/status-tokens.ts";
import { absoluteTime, clockTime, dayName } from "./relative-time.ts";
import { StatusShape } from "./status-shape.tsx";
import classes from "./timeline.module.css";

/** One thing that happened. `at` is epoch ms. */
export type TimelineItem = {
  readonly id: string | number;
  readonly at: number;
  readonly status?: Status;
  readonly title: ReactNode;
  readonly detail?: ReactNode;
};

/** What happened, newest first, under the day it happened on. */
export function Timeline({ items, label }: { readonly items: readonly TimelineItem[]; readonly label: string }) {
  return (
    <ol className={classes["timeline"]} aria-label={label}>
      {items.map((item, at) => {
        const day = dayName(item.at);
        const before = items[at - 1];
        return (
          <li key={item.id} className={classes["item"]}>
            {(before === undefined || dayName(before.at) !== day) && <div className={classes["day"]}>{day}</div>}
            <div className={classes["row"]}>
              <time className={classes["time"]} dateTime={new Date(item.at).toISOString()} title={absoluteTime(item.at)}>
                {clockTime(item.at)}
              </time>
              <span className={classes["mark"]}>
                {item.status === undefined ? <span className={classes["dot"]} /> : <StatusShape status={item.status} />}
              </span>
              <div className={classes["words"]}>
                <div>{item.title}</div>
                {item.detail !== undefined && <div className={classes["detail"]}>{item.detail}</div>}
              </div>
            </div>
          </li>
        );
      })}
    </ol>
  );
}
