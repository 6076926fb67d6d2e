import { useState } from "react";
import type { RolloutDetail } from "#shared/contract/rollouts.ts";
import type { Permission } from "#shared/domain/access/permission.ts";
import { ButtonWithReason } from "../../components/button-with-reason.tsx";
import { useContractAction } from "../../data/use-contract-action.ts";
import { useDenial } from "../../data/use-principal.ts";
import { useCommand } from "../../stores/command-store.ts";
import { DecisionDialog, type Decision } from "./decision-dialog.tsx";
import { RollbackDialog } from "./rollback-dialog.tsx";

/**
 * What can be done to a rollout, always in the same places. Pause never asks; everything else says what it will do. An
 * action that may not run now keeps its place and carries the reason.
 */
export function RolloutActions({ detail }: { readonly detail: RolloutDetail }) {
  const [open, setOpen] = useState<Decision | "rollback" | undefined>();
  const { rollout, actions } = detail;
  const reasons = useReasons(actions);
  const pause = useContractAction({
    run: (client, rolloutId: string) => client.rollouts.pause({ rolloutId }),
    notDone: "The rollout was not paused.",
    stale: ["rollouts", "home", "hosts"],
  });
  const close = () => setOpen(undefined);
  useCommand("rollout.pause", () => pause.mutate(rollout.id), reasons.pause);
  useCommand(
    "rollout.resume",
    () => setOpen(rollout.state === "tripped" ? "continue" : "resume"),
    rollout.state === "tripped" ? reasons.continue : reasons.resume,
  );
  useCommand("rollout.rollback", () => setOpen("rollback"), reasons.rollback);
  return (
    <>
      <ButtonWithReason variant="default" reason={reasons.abort} onClick={() => setOpen("abort")}>
        Abort
      </ButtonWithReason>
      {actions.approve.allowed && (
        <ButtonWithReason variant="default" reason={reasons.approve} onClick={() => setOpen("approve")}>
          Approve
        </ButtonWithReason>
      )}
      {rollout.state === "tripped" ? (
        <ButtonWithReason variant="default" reason={reasons.continue} onClick={() => setOpen("continue")}>
          Continue anyway
        </ButtonWithReason>
      ) : (
        <ButtonWithReason variant="default" reason={reasons.resume} onClick={() => setOpen("resume")}>
          Resume
        </ButtonWithReason>
      )}
      <ButtonWithReason variant="default" reason={reasons.pause} loading={pause.isPending} onClick={() => pause.mutate(rollout.id)}>
        Pause
      </ButtonWithReason>
      <ButtonWithReason color="red" reason={reasons.rollback} onClick={() => setOpen("rollback")}>
        Roll back
      </ButtonWithReason>
      {open === "rollback" && <RollbackDialog rollout={rollout} onClose={close} />}
      {open !== undefined && open !== "rollback" && <DecisionDialog decision={open} detail={detail} onClose={close} />}
    </>
  );
}

type Reasons = { readonly [A in keyof RolloutDetail["actions"]]: string | undefined };

/** Why each action may not run: first the reader's role, then the rollout's state. */
function useReasons(actions: RolloutDetail["actions"]): Reasons {
  const control = useDenial("rollout.control" satisfies Permission);
  const rollback = useDenial("rollback" satisfies Permission);
  const because = (denial: string | undefined, action: RolloutDetail["actions"]["pause"]) =>
    denial ?? (action.allowed ? undefined : action.reason);
  return {
    pause: because(control, actions.pause),
    resume: because(control, actions.resume),
    continue: because(control, actions.continue),
    approve: because(control, actions.approve),
    abort: because(control, actions.abort),
    rollback: because(rollback, actions.rollback),
  };
}
