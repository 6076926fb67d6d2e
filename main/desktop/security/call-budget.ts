/** How many calls may come at once, and how fast the budget refills, per second. */
export type CallBudgetLimits = { readonly burst: number; readonly perSecond: number };

/** More than a person can cause by hand, less than a page that was taken over would need to be a nuisance. */
export const SHELL_CALL_LIMITS: CallBudgetLimits = { burst: 40, perSecond: 20 };

/** What is left of a budget, and when that was true, in milliseconds of any clock that does not go back. */
export type CallBudget = { readonly left: number; readonly atMs: number };

/** Takes one call from the budget. `ok` is false when there was none left; the returned budget is the next state either way. */
export function spendCall(
  budget: CallBudget,
  nowMs: number,
  limits: CallBudgetLimits,
): { readonly ok: boolean; readonly budget: CallBudget } {
  const refill = (Math.max(0, nowMs - budget.atMs) / 1000) * limits.perSecond;
  const left = Math.min(limits.burst, budget.left + refill);
  return left < 1 ? { ok: false, budget: { left, atMs: nowMs } } : { ok: true, budget: { left: left - 1, atMs: nowMs } };
}
