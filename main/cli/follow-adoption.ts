import type { Adoption } from "#shared/domain/adoption/adoption.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { ERROR_CODES, isErrorCode } from "#shared/errors/codes.ts";
import { adoptionMark, adoptionProgress, lookAgain } from "./adoption-text.ts";
import type { CommandContext } from "./command.ts";
import { followChanges } from "./follow-changes.ts";
import { isConnectionLost } from "./is-connection-lost.ts";

/** How following it ended: every release is a draft, or the person left it to itself. */
export type FollowedAdoption =
  | { readonly kind: "completed"; readonly adoption: Adoption }
  | { readonly kind: "left"; readonly exit: number };

/**
 * Follows an adoption to its end. Ctrl-C leaves it to itself, and says how to look again.
 *
 * @throws AppError with the code of the first release that could not be adopted; CONFLICT_STATE when somebody paused or
 * cancelled it; TRANSPORT_CLOSED when the control plane does not answer any more.
 */
export async function followAdoption(context: CommandContext, begun: Adoption): Promise<FollowedAdoption> {
  const { client, output, signal, target } = context;
  try {
    const adoption = await followChanges(context, {
      read: () => client.adoptions.get({ adoptionId: begun.id }),
      isSettled: (seen) => seen.state !== "running",
      show: (seen) => output.progress(adoptionProgress(seen), adoptionMark(seen)),
      // How far its files are is told by their uploads.
      isAbout: (event) => event.ids["adoptionId"] === begun.id || event.topic === "upload.progressed",
    });
    if (adoption.state !== "completed") throw notCompleted(adoption);
    return { kind: "completed", adoption };
  } catch (thrown) {
    if (signal.aborted) return leave(output, begun);
    throw isConnectionLost(thrown, target.url) ? lostSight(thrown, begun) : thrown;
  }
}

function leave(output: CommandContext["output"], adoption: Adoption): FollowedAdoption {
  output.progressEnd();
  output.note(
    `Left to itself: the control plane goes on. Look again: ${lookAgain(adoption)}. Give it up: rollcall adoption cancel ${adoption.id}`,
  );
  if (output.json) output.result(adoption, []);
  return { kind: "left", exit: ERROR_CODES.CANCELLED.exit };
}

function notCompleted({ id, state, releases, message }: Adoption): AppError {
  const failed = releases.filter((one) => one.state === "failed" && one.error !== undefined);
  const code = failed[0]?.error?.code ?? "";
  if (state !== "failed" || !isErrorCode(code)) {
    const next = state === "cancelled" ? "" : ` Let it go on: rollcall adoption resume ${id}`;
    return new AppError("CONFLICT_STATE", `The adoption is ${state}. ${message}${next}`);
  }
  const reasons = failed.map((one) => (releases.length === 1 ? "" : `${one.reference}: `) + (one.error?.message ?? ""));
  return new AppError(code, `${reasons.join(" ")} ${message} Once it is mended: rollcall adoption resume ${id}`);
}

function lostSight(cause: unknown, adoption: Adoption): AppError {
  return new AppError(
    "TRANSPORT_CLOSED",
    `The control plane does not answer any more. The adoption goes on as soon as it runs; look again: ${lookAgain(adoption)}`,
    { cause },
  );
}
