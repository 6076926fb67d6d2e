import type { RollcallShell } from "#shared/contract/shell.ts";

declare global {
  // Why an interface: only a declaration can be merged into the DOM's own.
  interface Window {
    /** Put there by the desktop's preload script; absent in a browser. */
    readonly rollcallShell?: RollcallShell<File>;
  }
}

/** The desktop around this window, or undefined in a browser. */
export function desktopShell(): RollcallShell<File> | undefined {
  return window.rollcallShell;
}
