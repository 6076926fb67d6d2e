import { AppError } from "#shared/errors/app-error.ts";
import type { ErrorCode } from "#shared/errors/codes.ts";
import { assertNever } from "#shared/lib/assert-never.ts";
import { shellCall, type ShellAnswer, type ShellCall, type ShellTheme } from "#shared/contract/shell.ts";
import { SHELL_CALL_LIMITS, spendCall, type CallBudget } from "../security/call-budget.ts";
import type { OperatorDesk } from "../signing/operator-desk.ts";
import { isTrustedSender, type Sender } from "../security/trusted-sender.ts";

/** What the shell does for its window, one action for each call of the union. */
export type ShellActions = {
  readonly connect: () => void;
  readonly pickFiles: () => Promise<readonly string[]>;
  readonly setTheme: (theme: ShellTheme) => void;
  readonly setProgress: (fraction: number | undefined) => void;
  readonly holdQuit: (reasons: readonly string[]) => void;
  readonly openExternal: (url: string) => Promise<boolean>;
  readonly showDataFolder: () => Promise<void>;
  readonly operator: Pick<OperatorDesk, "keys" | "createKey" | "sign">;
};

/** What the handler needs: whose calls count, a clock that does not go back, and where refusals are written. */
export type ShellCallOptions = {
  readonly windowContentsId: () => number | undefined;
  readonly nowMs: () => number;
  readonly log: (event: string, facts: Readonly<Record<string, unknown>>) => void;
  readonly actions: ShellActions;
};

/**
 * Answers everything that arrives on the one channel into the shell. In this order: the sender is our window's main
 * frame with our origin, the budget is not spent, the payload is one of the known calls. A refusal says little to the
 * page and enough to the log.
 */
export function createShellCallHandler(options: ShellCallOptions): (sender: Sender, payload: unknown) => Promise<ShellAnswer> {
  let budget: CallBudget = { left: SHELL_CALL_LIMITS.burst, atMs: options.nowMs() };
  const refuse = (code: ErrorCode, message: string): ShellAnswer => {
    options.log("shell-call.refused", { code });
    return { ok: false, code, message };
  };
  return async (sender, payload) => {
    const contentsId = options.windowContentsId();
    if (contentsId === undefined || !isTrustedSender(sender, contentsId))
      return refuse("ACCESS_DENIED", "The shell does not answer this page.");
    const spent = spendCall(budget, options.nowMs(), SHELL_CALL_LIMITS);
    budget = spent.budget;
    if (!spent.ok) return refuse("RATE_LIMITED", "Too many calls at once; nothing was done. Try again in a second.");
    const call = shellCall.safeParse(payload);
    if (!call.success) return refuse("INPUT_INVALID", "The shell does not know this call; nothing was done.");
    try {
      return { ok: true, value: await perform(options.actions, call.data) };
    } catch (cause) {
      options.log("shell-call.failed", { call: call.data.call, cause: String(cause) });
      // What a person can act on is said in its own words.
      if (cause instanceof AppError && cause.code !== "INTERNAL") return { ok: false, code: cause.code, message: cause.message };
      return { ok: false, code: "INTERNAL", message: `The shell could not do this (${call.data.call}); its log says why.` };
    }
  };
}

function perform(actions: ShellActions, call: ShellCall): unknown {
  switch (call.call) {
    case "connect":
      return actions.connect();
    case "pickFiles":
      return actions.pickFiles();
    case "setTheme":
      return actions.setTheme(call.theme);
    case "setProgress":
      return actions.setProgress(call.fraction);
    case "holdQuit":
      return actions.holdQuit(call.reasons);
    case "openExternal":
      return actions.openExternal(call.url);
    case "showDataFolder":
      return actions.showDataFolder();
    case "trustKeys":
      return actions.operator.keys();
    case "trustCreateKey":
      return actions.operator.createKey(call.label);
    case "trustSign":
      return actions.operator.sign(call.request, call.keyId);
    default:
      return assertNever(call);
  }
}
