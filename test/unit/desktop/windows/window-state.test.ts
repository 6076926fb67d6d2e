import { describe, expect, it } from "vitest";
import { placeWindow, windowState } from "#main/desktop/windows/window-state.ts";

const laptop = { x: 0, y: 25, width: 1512, height: 920 };
const screen = { x: 1512, y: 0, width: 2560, height: 1440 };
const saved = { x: 1700, y: 100, width: 1600, height: 1000, maximized: false };

describe("the window's place", () => {
  it("is where it was, on the display that it was on", () => {
    expect(placeWindow(saved, [laptop, screen])).toEqual(saved);
  });

  it("keeps only its size when that display is gone", () => {
    expect(placeWindow(saved, [laptop])).toEqual({ width: 1512, height: 920, maximized: false });
  });

  it("is the default size on a first start, without a position", () => {
    expect(placeWindow(undefined, [screen])).toEqual({ width: 1440, height: 900, maximized: false });
  });

  it("never shrinks below what the console needs, even on a tiny display", () => {
    expect(placeWindow({ ...saved, width: 10, height: 10 }, [{ x: 0, y: 0, width: 800, height: 480 }])).toMatchObject({
      width: 900,
      height: 600,
    });
  });

  it.each([
    ["just off the right edge", { ...saved, x: 1512 + 2560 - 20 }],
    ["above the display", { ...saved, y: -500 }],
    ["below the display", { ...saved, y: 1439 }],
    ["left of every display", { ...saved, x: -5000 }],
  ])("is not %s, where nobody could take hold of it", (_where, lost) => {
    expect(placeWindow(lost, [laptop, screen])).not.toHaveProperty("x");
  });

  it("does not hide its title bar under the menu bar", () => {
    expect(placeWindow({ ...saved, x: 10, y: 0 }, [laptop])).toMatchObject({ x: 10, y: 25 });
  });

  it("opens maximized when it was", () => {
    expect(placeWindow({ ...saved, maximized: true }, [laptop, screen]).maximized).toBe(true);
  });

  it("still opens when no display is known", () => {
    expect(placeWindow(undefined, [])).toEqual({ width: 1440, height: 900, maximized: false });
  });

  it("refuses a saved state that is no rectangle of whole, sane numbers", () => {
    expect(windowState.safeParse({ ...saved, width: 1e9 }).success).toBe(false);
    expect(windowState.safeParse({ ...saved, x: 0.5 }).success).toBe(false);
    expect(windowState.safeParse({ width: 10 }).success).toBe(false);
  });
});
