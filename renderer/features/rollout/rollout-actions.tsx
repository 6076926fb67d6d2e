import type { RolloutDetail } from "#shared/contract/rollouts.ts";
import { ACTIVE_ROLLOUT_STATES } from "#shared/domain/rollout/rollout.ts";
import { ButtonWithReason } from "../../components/button-with-reason.tsx";
import { DecisionDialog } from "./decision-dialog.tsx";
import { RollbackDialog } from "./rollback-dialog.tsx";
import classes from "./rollout.module.css";
import type { Decisions } from "./use-decisions.ts";

type RolloutActionsProps = { readonly detail: RolloutDetail; readonly decisions: Decisions };

/**
 * What can be done to a rollout, always in the same places. Pause never asks; everything else says what it will do. An
 * action that may not run now keeps its place and carries the reason. Once the rollout is over, only the way back is left.
 */
export function RolloutActions({ detail, decisions }: RolloutActionsProps) {
  const { rollout } = detail;
  const { reasons, ask, open, close } = decisions;
  const isTripped = rollout.state === "tripped";
  return (
    <>
      {ACTIVE_ROLLOUT_STATES.some((state) => state === rollout.state) && <Steering detail={detail} decisions={decisions} />}
      <ButtonWithReason
        {...(isTripped ? { color: "red" } : { variant: "default", className: classes["back"] ?? "" })}
        reason={reasons.rollback}
        onClick={() => ask("rollback")}
      >
        Roll back
      </ButtonWithReason>
      {open === "rollback" && <RollbackDialog rollout={rollout} onClose={close} />}
      {open !== undefined && open !== "rollback" && <DecisionDialog decision={open} detail={detail} onClose={close} />}
    </>
  );
}

function Steering({ detail: { rollout, waves, actions }, decisions }: RolloutActionsProps) {
  const { reasons, ask } = decisions;
  const needsApproval = waves.some((wave, at) => wave.gate.approval && at < waves.length - 1);
  const goesOn = rollout.state === "tripped" ? "continue" : "resume";
  return (
    <>
      <ButtonWithReason variant="default" reason={reasons.abort} onClick={() => ask("abort")}>
        Abort
      </ButtonWithReason>
      {needsApproval && (
        <ButtonWithReason
          {...(actions.approve.allowed ? {} : { variant: "default" })}
          reason={reasons.approve}
          onClick={() => ask("approve")}
        >
          Approve
        </ButtonWithReason>
      )}
      <ButtonWithReason
        {...(rollout.state === "paused" ? {} : { variant: "default" })}
        reason={reasons[goesOn]}
        onClick={() => ask(goesOn)}
      >
        {goesOn === "continue" ? "Continue anyway" : "Resume"}
      </ButtonWithReason>
      <ButtonWithReason variant="default" reason={reasons.pause} loading={decisions.isPausing} onClick={decisions.pause}>
        Pause
      </ButtonWithReason>
    </>
  );
}
