import type { PublicationState } from "./publication.ts";

/** What people may ask of a publication. */
export type PublicationCommand = "pause" | "resume" | "cancel";

const ALLOWED: Readonly<Record<PublicationCommand, readonly PublicationState[]>> = {
  pause: ["running", "waiting"],
  resume: ["paused", "failed"],
  cancel: ["running", "waiting", "paused", "failed"],
};

/** Whether the command applies to a publication in this state; see the diagram at `publicationState`. */
export function isCommandAllowed(command: PublicationCommand, state: PublicationState): boolean {
  return ALLOWED[command].includes(state);
}
