import { contextBridge, ipcRenderer, webUtils, type IpcRendererEvent } from "electron";
import { APP_ORIGIN, SHELL_CALL_CHANNEL, SHELL_GLOBAL, SHELL_MESSAGE_CHANNEL, VERSION_ARGUMENT } from "#shared/contract/shell-names.ts";
import { fromWire } from "#shared/errors/app-error.ts";
import type { RollcallShell, ShellCall, ShellFacts } from "#shared/contract/shell.ts";

/** Asks the shell and turns its refusals into rejections. The shell validates the call; we validate only the shape of its answer. */
async function ask(call: ShellCall): Promise<unknown> {
  const answer: unknown = await ipcRenderer.invoke(SHELL_CALL_CHANNEL, call);
  const fields: Readonly<Record<string, unknown>> = typeof answer === "object" && answer !== null ? { ...answer } : {};
  if (fields["ok"] === true) return fields["value"];
  throw fromWire({ code: text(fields["code"]) ?? "INTERNAL", message: text(fields["message"]) ?? "The shell gave no answer." });
}

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

/** The path of a file that came from a disk. A file that a script made has none, and Electron may throw for it. */
function pathForFile(file: File): string {
  try {
    return webUtils.getPathForFile(file);
  } catch {
    return "";
  }
}

function facts(): ShellFacts {
  const platform = process.platform === "darwin" || process.platform === "win32" ? process.platform : "linux";
  const version = process.argv.find((argument) => argument.startsWith(VERSION_ARGUMENT))?.slice(VERSION_ARGUMENT.length) ?? "";
  return { platform, version };
}

/** See {@link RollcallShell}. Each function takes and gives plain data; nothing of Electron can be reached through it. */
const shell: RollcallShell<File> = {
  facts: facts(),
  connect: async () => void (await ask({ call: "connect" })),
  pathForFile,
  pickFiles: async () => {
    const paths = await ask({ call: "pickFiles" });
    return Array.isArray(paths) ? paths.filter((path) => typeof path === "string") : [];
  },
  setTheme: async (theme) => void (await ask({ call: "setTheme", theme })),
  setProgress: async (fraction) => void (await ask(fraction === undefined ? { call: "setProgress" } : { call: "setProgress", fraction })),
  holdQuit: async (reasons) => void (await ask({ call: "holdQuit", reasons: [...reasons] })),
  openExternal: async (url) => (await ask({ call: "openExternal", url })) === true,
  showDataFolder: async () => void (await ask({ call: "showDataFolder" })),
};

/** Passes on what the shell says, with its port, as a message of this window: ports cannot cross the context bridge. */
function relay(event: IpcRendererEvent, message: unknown): void {
  window.postMessage(message, APP_ORIGIN, [...event.ports]);
}

// A page that is not ours gets nothing, should one ever get into this window.
if (location.origin === APP_ORIGIN && window.top === window) {
  ipcRenderer.on(SHELL_MESSAGE_CHANNEL, relay);
  contextBridge.exposeInMainWorld(SHELL_GLOBAL, shell);
}
