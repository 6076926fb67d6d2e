import { desktopShell } from "../../data/shell.ts";
import { isUnderWay, publishStore } from "../../stores/publish-store.ts";
import { totalProgress } from "./file-look.ts";

/** How often the desktop hears of progress, in milliseconds. */
const STEP_MS = 500;

/** Why the window should not close now, as short phrases; empty when it may. */
function reasonsToStay(): readonly string[] {
  const { files, run } = publishStore.getState();
  const moving = files.filter(isUnderWay).length;
  return [
    ...(moving === 0 ? [] : [moving === 1 ? "1 file is on its way into a release" : `${moving} files are on their way into a release`]),
    ...(run.state === "running" ? ["a release is being published"] : []),
  ];
}

const askFirst = (event: BeforeUnloadEvent): void => event.preventDefault();

/**
 * Asks before the page is left while files are on their way, and tells the desktop how far they are. Followed outside
 * React, since a file goes on while another screen is shown.
 */
export function guardLeaving(): void {
  const shell = desktopShell();
  let held = "";
  const tellProgress = progressTeller((fraction) => void shell?.setProgress(fraction).catch(() => undefined));
  publishStore.subscribe((state) => {
    tellProgress(totalProgress(state.files));
    const reasons = reasonsToStay();
    if (reasons.join() === held) return;
    held = reasons.join();
    void shell?.holdQuit(reasons).catch(() => undefined);
    if (reasons.length > 0) addEventListener("beforeunload", askFirst);
    else removeEventListener("beforeunload", askFirst);
  });
}

/** Passes progress on, but not every step of it; that it is over is always told, once. */
function progressTeller(tell: (fraction: number | undefined) => void): (fraction: number | undefined) => void {
  let toldAt: number | undefined;
  return (fraction) => {
    const now = Date.now();
    if (fraction === undefined ? toldAt === undefined : now - (toldAt ?? 0) < STEP_MS) return;
    toldAt = fraction === undefined ? undefined : now;
    tell(fraction);
  };
}
