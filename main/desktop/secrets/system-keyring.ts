import { safeStorage } from "electron";
import { AppError } from "#shared/errors/app-error.ts";
import type { Keyring } from "./keyring.ts";

/**
 * The keyring of this machine's user, by Electron's asynchronous `safeStorage`. On Linux its backend `basic_text`
 * encrypts with a password that stands in Chromium's source: it is refused, as is a backend that is not known.
 */
export const systemKeyring: Keyring = {
  require: async () => {
    const backend = process.platform === "linux" ? safeStorage.getSelectedStorageBackend() : undefined;
    if (backend === "basic_text" || backend === "unknown") {
      throw locked("This desktop session has no keyring (GNOME Keyring or KWallet), and secrets are not written without one.");
    }
    if (!(await safeStorage.isAsyncEncryptionAvailable())) throw locked("The system's keyring is locked or cannot encrypt.");
  },
  seal: async (text) => new Uint8Array(await safeStorage.encryptStringAsync(text)),
  open: async (sealed) => {
    const { result, shouldReEncrypt } = await safeStorage.decryptStringAsync(Buffer.from(sealed));
    return { text: result, isStale: shouldReEncrypt };
  },
};

function locked(reason: string): AppError {
  return new AppError(
    "ENV_SECRETS_LOCKED",
    `${reason} Nothing was read or written. Without a keyring, run \`rollcall serve --secrets-key FILE\` instead of the desktop.`,
  );
}
