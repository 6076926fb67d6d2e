/** The name on `window` under which the desktop's preload puts {@link import("./shell.ts").RollcallShell}. Absent in a browser. */
export const SHELL_GLOBAL = "rollcallShell";

/** The one IPC channel on which the window may ask its shell for something. Every payload is a `ShellCall`. */
export const SHELL_CALL_CHANNEL = "rollcall:call";

/** The one IPC channel on which the shell speaks to its window. Every payload is a `ShellMessage`. */
export const SHELL_MESSAGE_CHANNEL = "rollcall:message";
