/** What decides how Rollcall shows itself on this machine. */
export type LaunchFacts = {
  readonly platform: NodeJS.Platform;
  /** Whether there is a screen to open a window on. */
  readonly hasDisplay: boolean;
  readonly isRoot: boolean;
  readonly wantsBrowser: boolean;
  /** The Electron of this checkout: its program, no program yet, or not even the package that would fetch it. */
  readonly electron: { readonly kind: "present"; readonly program: string } | { readonly kind: "absent" } | { readonly kind: "unknown" };
};

/** How Rollcall starts. `reason` is the one line that says why there is no window. */
export type LaunchChoice =
  | { readonly kind: "desktop"; readonly program: string }
  | { readonly kind: "fetch" }
  | { readonly kind: "server"; readonly reason: string };

/** Chooses the shell. Everything but the desktop application is the same control plane with the same console, in a browser. */
export function chooseShell(facts: LaunchFacts): LaunchChoice {
  if (facts.wantsBrowser) return server("You asked for the browser");
  if (!facts.hasDisplay) return server("There is no display here");
  if (facts.isRoot && facts.platform === "linux") return server("Electron does not run its sandbox as root");
  switch (facts.electron.kind) {
    case "present":
      return { kind: "desktop", program: facts.electron.program };
    case "absent":
      return { kind: "fetch" };
    case "unknown":
      return server("Electron is not among the installed packages");
  }
}

const server = (reason: string): LaunchChoice => ({ kind: "server", reason });

/** Whether a window can be shown. Windows and macOS always have a screen for whoever can start a program; elsewhere it is X11's or Wayland's variable. */
export function hasDisplay(platform: NodeJS.Platform, environment: Readonly<Record<string, string | undefined>>): boolean {
  if (platform === "win32" || platform === "darwin") return true;
  return (environment["DISPLAY"] ?? "") !== "" || (environment["WAYLAND_DISPLAY"] ?? "") !== "";
}
