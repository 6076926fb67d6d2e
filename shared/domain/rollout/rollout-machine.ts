import { assertNever } from "../../lib/assert-never.ts";
import { ACTIVE_ROLLOUT_STATES, type Gate, type RolloutState, type WaveState } from "./rollout.ts";

/** What people do to a rollout. */
export const ROLLOUT_ACTIONS = ["pause", "resume", "continue", "approve", "abort", "rollback"] as const;
export type RolloutAction = (typeof ROLLOUT_ACTIONS)[number];

/** Whether an action may be done now; the reason is empty when it may. */
export type ActionState = { readonly allowed: boolean; readonly reason: string };

/** What the actions of a rollout depend on. */
export type ActionContext = {
  readonly state: RolloutState;
  readonly waves: readonly { readonly state: WaveState; readonly gate: Pick<Gate, "approval">; readonly approvedBy?: string | undefined }[];
  /** Why there is nothing to go back to, or undefined when there is. */
  readonly noWayBack: string | undefined;
};

const ALLOWED: ActionState = { allowed: true, reason: "" };
const refuse = (reason: string): ActionState => ({ allowed: false, reason });

/** Whether a rollout still holds its subscriptions. */
export function isActive(state: RolloutState): boolean {
  return ACTIVE_ROLLOUT_STATES.some((active) => active === state);
}

/** The wave that a person's approval would let pass, if there is one. The last wave needs none. */
export function waveToApprove<W extends ActionContext["waves"][number]>(waves: readonly W[]): W | undefined {
  return waves.find(
    (wave, index) =>
      index < waves.length - 1 && (wave.state === "open" || wave.state === "baking") && wave.gate.approval && wave.approvedBy === undefined,
  );
}

function approval({ state, waves }: ActionContext): ActionState {
  if (state !== "running") return refuse(`it is ${state}`);
  return waveToApprove(waves) === undefined ? refuse("no wave waits for an approval") : ALLOWED;
}

/** Judges one action, with the reason that a disabled button shows. */
export function judgeAction(action: RolloutAction, context: ActionContext): ActionState {
  const { state } = context;
  switch (action) {
    case "pause":
      return state === "running" || state === "planned" ? ALLOWED : refuse(state === "paused" ? "it is paused already" : `it is ${state}`);
    case "resume":
      return state === "paused"
        ? ALLOWED
        : refuse(state === "tripped" ? "a gate tripped; continue it with a reason" : `it is ${state}, not paused`);
    case "continue":
      return state === "tripped" ? ALLOWED : refuse("no gate has tripped");
    case "approve":
      return approval(context);
    case "abort":
      return isActive(state) ? ALLOWED : refuse(`it is ${state}`);
    case "rollback":
      return context.noWayBack === undefined ? ALLOWED : refuse(context.noWayBack);
    default:
      return assertNever(action);
  }
}

/**
 * Every way from state to state; whoever changes a rollout's state asks here first.
 *
 *     planned → running ⇄ paused          running → completed          any active state → superseded | aborted
 *                  └─ a gate trips → tripped ─ continue with a reason → running
 *
 * Continuing accepts the wave's failures: they stand as `excluded` from then on, and the wave is open again.
 */
export function mayBecome(from: RolloutState, to: RolloutState): boolean {
  switch (from) {
    case "planned":
      return to === "running" || to === "paused" || to === "aborted" || to === "superseded";
    case "running":
      return to === "paused" || to === "tripped" || to === "completed" || to === "aborted" || to === "superseded";
    case "paused":
    case "tripped":
      return to === "running" || to === "aborted" || to === "superseded";
    case "completed":
    case "superseded":
    case "aborted":
      return false;
    default:
      return assertNever(from);
  }
}
