import { Fragment } from "react";
import { waveLook } from "./state-status.ts";
import { StatusShape } from "./status-shape.tsx";
import classes from "./wave-strip.module.css";

/** A wave by its group and state, in order. */
export type StripWave = { readonly groupName: string; readonly state: Parameters<typeof waveLook>[0] };

/** The waves of a rollout as one line: where it is on its way. */
export function WaveStrip({ waves }: { readonly waves: readonly StripWave[] }) {
  return (
    <span className={classes["strip"]}>
      {waves.map((wave, at) => {
        const look = waveLook(wave.state);
        return (
          <Fragment key={`${at}${wave.groupName}`}>
            {at > 0 && <span className={classes["link"]} aria-hidden="true" />}
            <span className={classes["wave"]} data-state={wave.state}>
              <StatusShape status={look.status} size={12} label={look.word} />
              {wave.groupName}
            </span>
          </Fragment>
        );
      })}
    </span>
  );
}
