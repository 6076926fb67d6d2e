import { Link } from "wouter";
import type { RolloutDetail } from "#shared/contract/rollouts.ts";
import { Countdown } from "../../components/countdown.tsx";
import { rolloutLook } from "../../components/state-status.ts";
import { StatusShape } from "../../components/status-shape.tsx";
import { describeCounts, WaveBar } from "../../components/wave-bar.tsx";
import classes from "./rollout.module.css";
import { nextStep, overallCounts } from "./view-model.ts";

/** Where the whole rollout is and what it waits for, with the countdown where time alone decides. */
export function NextStepLine({ detail, readAt }: { readonly detail: RolloutDetail; readonly readAt: number }) {
  const { rollout, waves } = detail;
  const step = nextStep(detail, readAt);
  const look = rolloutLook(rollout.state);
  const counts = overallCounts(waves);
  return (
    <div className={classes["next"]} data-status={look.status}>
      <StatusShape status={look.status} size={22} />
      <div role="status">
        <div className={classes["nextWords"]}>
          {step.text}
          {step.at !== undefined && (
            <>
              , <Countdown at={step.at} over="a moment" /> left
            </>
          )}
        </div>
        {step.after !== undefined && <div className={classes["soft"]}>{step.after}</div>}
        {rollout.supersededBy !== undefined && (
          <Link className="rc-link" href={`/rollouts/${rollout.supersededBy}`}>
            Go to the rollout that took over
          </Link>
        )}
      </div>
      <div className={classes["nextBar"]}>
        <WaveBar counts={counts} height={10} />
        <span className={classes["soft"]}>{describeCounts(counts)}</span>
      </div>
    </div>
  );
}
