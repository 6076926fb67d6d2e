import { useState } from "react";
import type { RolloutDetail } from "#shared/contract/rollouts.ts";
import { useContractAction } from "../../data/use-contract-action.ts";
import { useDenial } from "../../data/use-principal.ts";
import { useCommand } from "../../stores/command-store.ts";
import type { Decision } from "./decision-dialog.tsx";

/** What can be decided about a rollout, wherever on the screen it is offered. */
export type Decisions = {
  /** Why each action may not be taken now, or undefined. */
  readonly reasons: { readonly [A in keyof RolloutDetail["actions"]]: string | undefined };
  /** The dialog that is open. */
  readonly open: Decision | "rollback" | undefined;
  readonly ask: (decision: Decision | "rollback") => void;
  readonly close: () => void;
  /** Pausing never asks. */
  readonly pause: () => void;
  readonly isPausing: boolean;
};

/** The decisions of one rollout, with their commands for the palette and the keyboard. */
export function useDecisions({ rollout, actions }: Pick<RolloutDetail, "rollout" | "actions">): Decisions {
  const [open, setOpen] = useState<Decisions["open"]>();
  const reasons = useReasons(actions);
  const pausing = useContractAction({
    run: (client, rolloutId: typeof rollout.id) => client.rollouts.pause({ rolloutId }),
    notDone: "The rollout was not paused.",
    stale: ["rollouts", "home", "hosts"],
  });
  const pause = () => pausing.mutate(rollout.id);
  const isTripped = rollout.state === "tripped";
  useCommand("rollout.pause", pause, reasons.pause);
  useCommand("rollout.resume", () => setOpen(isTripped ? "continue" : "resume"), isTripped ? reasons.continue : reasons.resume);
  useCommand("rollout.rollback", () => setOpen("rollback"), reasons.rollback);
  return { reasons, open, ask: setOpen, close: () => setOpen(undefined), pause, isPausing: pausing.isPending };
}

/** Why each action may not run: first the reader's role, then the rollout's state. */
function useReasons(actions: RolloutDetail["actions"]): Decisions["reasons"] {
  const control = useDenial("rollout.control");
  const rollback = useDenial("rollback");
  const because = (denial: string | undefined, action: RolloutDetail["actions"]["pause"]) =>
    denial ?? (action.allowed ? undefined : sentence(action.reason));
  return {
    pause: because(control, actions.pause),
    resume: because(control, actions.resume),
    continue: because(control, actions.continue),
    approve: because(control, actions.approve),
    abort: because(control, actions.abort),
    rollback: because(rollback, actions.rollback),
  };
}

const sentence = (reason: string): string => `Not now: ${reason}.`;
