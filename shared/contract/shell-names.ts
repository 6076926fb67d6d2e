/** The name on `window` under which the desktop's preload puts {@link import("./shell.ts").RollcallShell}. Absent in a browser. */
export const SHELL_GLOBAL = "rollcallShell";

/** The one IPC channel on which the window may ask its shell for something. Every payload is a `ShellCall`. */
export const SHELL_CALL_CHANNEL = "rollcall:call";

/** The one IPC channel on which the shell speaks to its window. Every payload is a `ShellMessage`. */
export const SHELL_MESSAGE_CHANNEL = "rollcall:message";

/** Scheme of the desktop window's own pages. Registered as standard and secure, so that it has an origin like https has. */
export const APP_SCHEME = "app";

/** The one host of {@link APP_SCHEME}; every other host is refused. */
export const APP_HOST = "rollcall";

/** The origin of the desktop window's own pages, as Chromium writes it. */
export const APP_ORIGIN = `${APP_SCHEME}://${APP_HOST}`;

/** The prefix of the argument by which the preload learns the application's version; a sandboxed preload reads no file. */
export const VERSION_ARGUMENT = "--rollcall-version=";
