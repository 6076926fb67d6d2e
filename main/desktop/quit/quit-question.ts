import type { Standstill } from "../host/core-messages.ts";

/** A native question with its buttons. The first button is the harmless one and the default. */
export type QuitQuestion = { readonly message: string; readonly detail: string; readonly buttons: readonly [stay: string, quit: string] };

const SHOWN_ROLLOUTS = 5;

/**
 * The question before quitting, or undefined when nothing would stand still and nothing would be lost. `standstill` is
 * undefined when the control plane could not say; a control plane that does not run moves nothing, so that is not asked about.
 */
export function quitQuestion(standstill: Standstill | undefined, held: readonly string[]): QuitQuestion | undefined {
  const rollouts = standstill?.rollouts ?? [];
  const uploads = standstill?.uploads ?? 0;
  if (rollouts.length === 0 && uploads === 0 && held.length === 0) return undefined;
  const paragraphs = [standing(rollouts), interrupted(uploads), lost(held)].filter((text) => text !== "");
  return {
    message: headline(rollouts.length, uploads),
    detail: paragraphs.join("\n\n"),
    buttons: ["Keep running in the background", "Quit"],
  };
}

function headline(rollouts: number, uploads: number): string {
  if (rollouts > 0) return `${count(rollouts, "rollout")} will stand still if you quit`;
  return uploads > 0 ? `${count(uploads, "upload")} will be interrupted if you quit` : "Something would be lost if you quit";
}

function standing(rollouts: Standstill["rollouts"]): string {
  if (rollouts.length === 0) return "";
  const lines = rollouts.slice(0, SHOWN_ROLLOUTS).map((rollout) => `• ${rollout.title} (${rollout.state})`);
  const more = rollouts.length - SHOWN_ROLLOUTS;
  if (more > 0) lines.push(`• and ${more} more`);
  const after = "Hosts keep serving and revert a bad release by themselves; no wave opens until Rollcall runs again.";
  return `${lines.join("\n")}\n${after}`;
}

function interrupted(uploads: number): string {
  return uploads === 0 ? "" : `${count(uploads, "upload")} will stop and can be resumed later.`;
}

function lost(held: readonly string[]): string {
  return held.length === 0 ? "" : held.map((reason) => `• ${reason}`).join("\n");
}

const count = (amount: number, noun: string): string => `${amount} ${noun}${amount === 1 ? "" : "s"}`;
