import type { BrowserWindowConstructorOptions } from "electron";
import { VERSION_ARGUMENT } from "#shared/contract/shell-names.ts";
import { WINDOW_SECURITY } from "../security/window-security.ts";
import { MINIMUM_SIZE, type WindowPlacement } from "./window-state.ts";

/** What differs between windows: where it opens, which preload it runs, and how dark the moment before the first paint is. */
export type WindowFacts = {
  readonly placement: WindowPlacement;
  readonly preloadFile: string;
  readonly version: string;
  readonly dark: boolean;
};

/** Everything that a window is made with. The security part is {@link WINDOW_SECURITY}, whole and unchanged. */
export function windowOptions(facts: WindowFacts): BrowserWindowConstructorOptions {
  const { maximized: _maximized, ...bounds } = facts.placement;
  return {
    ...bounds,
    minWidth: MINIMUM_SIZE.width,
    minHeight: MINIMUM_SIZE.height,
    title: "Rollcall",
    show: false,
    backgroundColor: facts.dark ? "#1f1f1f" : "#ffffff",
    webPreferences: { ...WINDOW_SECURITY, preload: facts.preloadFile, additionalArguments: [`${VERSION_ARGUMENT}${facts.version}`] },
  };
}
