import { readFile } from "node:fs/promises";
import { z } from "zod";
import { writeFileAtomic } from "#main/node/atomic-write.ts";
import { windowState } from "./window-state.ts";

const stored = z.object({
  window: windowState.optional(),
  /** Whether the person was told that the window's end is not the application's. Told once. */
  toldAboutTray: z.boolean().default(false),
});

/** What the desktop remembers between runs that is nobody's data: losing it costs a window position. */
export type DesktopState = z.infer<typeof stored>;

/** Reads the remembered state. A missing or damaged file is a first start, not a failure. */
export async function readDesktopState(file: string): Promise<DesktopState> {
  try {
    return stored.parse(JSON.parse(await readFile(file, "utf8")));
  } catch {
    return { toldAboutTray: false };
  }
}

/** Remembers the state, whole or not at all. */
export async function writeDesktopState(file: string, state: DesktopState): Promise<void> {
  await writeFileAtomic(file, `${JSON.stringify(state, undefined, 2)}\n`);
}
