import { contextBridge, ipcRenderer, webUtils, type IpcRendererEvent } from "electron";
import { APP_ORIGIN, SHELL_CALL_CHANNEL, SHELL_GLOBAL, SHELL_MESSAGE_CHANNEL, VERSION_ARGUMENT } from "#shared/contract/shell-names.ts";
import { fromWire } from "#shared/errors/app-error.ts";
import type { KeyringKey, RollcallShell, ShellCall, ShellFacts } from "#shared/contract/shell.ts";
import type { SignaturesFile } from "#shared/domain/trust/signing-request.ts";

/** Asks the shell and turns its refusals into rejections. The shell validates the call; we validate only the shape of its answer. */
async function ask(call: ShellCall): Promise<unknown> {
  const answer: unknown = await ipcRenderer.invoke(SHELL_CALL_CHANNEL, call);
  const fields = fieldsOf(answer);
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

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> => (typeof value === "object" && value !== null ? { ...value } : {});

function isKeyringKey(value: unknown): value is KeyringKey {
  const key = fieldsOf(value);
  return ["keyId", "label", "publicKey"].every((name) => typeof key[name] === "string") && typeof key["createdAt"] === "number";
}

/** Whoever takes the signatures checks each of them; here they only pass through. */
function isSignaturesFile(value: unknown): value is SignaturesFile {
  return fieldsOf(value)["kind"] === "rollcall.signatures";
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
  trust: {
    keys: async () => {
      const keys = await ask({ call: "trustKeys" });
      return Array.isArray(keys) ? keys.filter(isKeyringKey) : [];
    },
    createKey: async (label) => {
      const key = await ask({ call: "trustCreateKey", label });
      if (isKeyringKey(key)) return key;
      throw fromWire({ code: "INTERNAL", message: "The shell gave no key." });
    },
    sign: async (request, keyId) => {
      const signatures = await ask({ call: "trustSign", request: JSON.stringify(request), keyId });
      return isSignaturesFile(signatures) ? signatures : undefined;
    },
  },
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
