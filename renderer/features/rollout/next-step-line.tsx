import type { RolloutDetail } from "#shared/contract/rollouts.ts";
import { Countdown } from "../../components/countdown.tsx";
import { rolloutLook } from "../../components/state-status.ts";
import { StatusShape } from "../../components/status-shape.tsx";
import { describeCounts, WaveBar } from "../../components/wave-bar.tsx";
import classes from "./rollout.module.css";
import { nextStep, overallCounts } from "./view-model.ts";

/** Where the whole rollout is and what it waits for, with the countdown where time alone decides. */
export function NextStepLine({ detail, readAt }: { readonly detail: RolloutDetail; readonly readAt: number }) {
  const step = nextStep(detail, readAt);
  const look = rolloutLook(detail.rollout.state);
  const counts = overallCounts(detail.waves);
  return (
    <div className={classes["next"]} data-status={look.status}>
      <div className={classes["nextWords"]} role="status">
        <StatusShape status={look.status} size={16} />
        <span>
          {step.text}
          {step.at !== undefined && (
            <>
              , done in <Countdown at={step.at} over="a moment" />
            </>
          )}
        </span>
      </div>
      <div className={classes["nextBar"]}>
        <WaveBar counts={counts} height={10} />
        <span className={classes["faint"]}>{describeCounts(counts)}</span>
      </div>
    </div>
  );
}
