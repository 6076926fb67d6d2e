import { z } from "zod";

/** A rectangle on the desktop, in the display's logical pixels. */
export type Rectangle = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

const pixels = z.int().min(-100_000).max(100_000);

/** What is kept of the window between runs. */
export const windowState = z.object({ x: pixels, y: pixels, width: pixels, height: pixels, maximized: z.boolean() });
export type WindowState = z.infer<typeof windowState>;

/** Where a window opens. Without a position the system places it. */
export type WindowPlacement = {
  readonly x?: number;
  readonly y?: number;
  readonly width: number;
  readonly height: number;
  readonly maximized: boolean;
};

/** The smallest window in which every screen of the console still works. */
export const MINIMUM_SIZE = { width: 900, height: 600 } as const;

const DEFAULT_SIZE = { width: 1440, height: 900 } as const;

/** So much of the window, at least, must lie on a display: enough of the title bar to take hold of. */
const VISIBLE = { width: 120, height: 40 } as const;

/**
 * Decides where the window opens. The saved place counts when it can be reached on a display that is there now (a
 * docking station may be gone); otherwise only its size does. `workAreas` are the displays' areas without task bars,
 * the primary one first.
 */
export function placeWindow(saved: WindowState | undefined, workAreas: readonly Rectangle[]): WindowPlacement {
  const home = saved === undefined ? undefined : workAreas.find((area) => reaches(saved, area));
  const area = home ?? workAreas[0] ?? { x: 0, y: 0, ...DEFAULT_SIZE };
  const size = {
    width: between(saved?.width ?? DEFAULT_SIZE.width, MINIMUM_SIZE.width, area.width),
    height: between(saved?.height ?? DEFAULT_SIZE.height, MINIMUM_SIZE.height, area.height),
  };
  const maximized = saved?.maximized ?? false;
  if (saved === undefined || home === undefined) return { ...size, maximized };
  return { x: saved.x, y: Math.max(saved.y, area.y), ...size, maximized };
}

function reaches(window: Rectangle, area: Rectangle): boolean {
  const width = Math.min(window.x + window.width, area.x + area.width) - Math.max(window.x, area.x);
  const titleBar = window.y + VISIBLE.height <= area.y + area.height && window.y > area.y - VISIBLE.height;
  return titleBar && width >= VISIBLE.width;
}

/** On a display smaller than the minimum, the minimum wins: a clipped window can still be moved, a squashed one cannot be read. */
function between(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(value, high));
}
