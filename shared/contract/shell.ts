import { z } from "zod";
import type { SignaturesFile, SigningRequestFile } from "../domain/trust/signing-request.ts";
import { trustKeyId, type TrustKeyId } from "../domain/trust/trust-key.ts";
import type { ErrorCode } from "../errors/codes.ts";
import { displayName } from "../lib/scalars.ts";

/** What does not change while a window lives. */
export type ShellFacts = {
  readonly platform: "linux" | "darwin" | "win32";
  /** Version of the desktop application, for the About panel and reports. */
  readonly version: string;
};

/** Which theme the native parts (menus, dialogs, title bar) and `prefers-color-scheme` follow. */
export const shellTheme = z.enum(["system", "light", "dark"]);
export type ShellTheme = z.infer<typeof shellTheme>;

/**
 * What the window may ask of its shell: one closed union, so that one handler validates everything that comes in.
 * Bounds are generous for people and small for a page that was taken over.
 */
export const shellCall = z.discriminatedUnion("call", [
  z.strictObject({ call: z.literal("connect") }),
  z.strictObject({ call: z.literal("pickFiles") }),
  z.strictObject({ call: z.literal("setTheme"), theme: shellTheme }),
  z.strictObject({ call: z.literal("setProgress"), fraction: z.number().min(0).max(1).optional() }),
  z.strictObject({ call: z.literal("holdQuit"), reasons: z.array(z.string().min(1).max(200)).max(8) }),
  z.strictObject({ call: z.literal("openExternal"), url: z.string().min(1).max(2000) }),
  z.strictObject({ call: z.literal("showDataFolder") }),
  z.strictObject({ call: z.literal("trustKeys") }),
  z.strictObject({ call: z.literal("trustCreateKey"), label: displayName }),
  // As text, so that its length is known before anything reads it.
  z.strictObject({ call: z.literal("trustSign"), request: z.string().max(32 * 2 ** 20), keyId: trustKeyId }),
]);
export type ShellCall = z.infer<typeof shellCall>;

/** The answer to a call. A refusal is a code and a sentence; the preload turns it into a rejection. */
export type ShellAnswer =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly code: ErrorCode; readonly message: string };

/** How the control plane behind the window fares. The window shows it as its freshness. */
export const coreState = z.discriminatedUnion("state", [
  z.strictObject({ state: z.literal("starting") }),
  z.strictObject({ state: z.literal("ready") }),
  /** It ended unexpectedly and is started again after `retryInMs`. */
  z.strictObject({ state: z.literal("restarting"), retryInMs: z.int().min(0), attempt: z.int().min(1) }),
  /** It will not be started again by itself. `message` and `next` are sentences to a person. */
  z.strictObject({ state: z.literal("stopped"), code: z.string(), message: z.string(), next: z.string() }),
]);
export type CoreState = z.infer<typeof coreState>;

/**
 * What the shell tells its window. It arrives as a `message` event of the window itself: the page takes it only when
 * `event.source === window` and the origin is its own.
 */
export const shellMessage = z.discriminatedUnion("kind", [
  /** Carries exactly one MessagePort in `event.ports`, connected to the control plane. Replaces any older one. */
  z.strictObject({ kind: z.literal("rollcall.port") }),
  z.strictObject({ kind: z.literal("rollcall.core"), core: coreState }),
  /** A menu entry, the tray or a `rollcall://` link wants this view: a console path such as `/rollouts/<id>`. */
  z.strictObject({ kind: z.literal("rollcall.go"), path: z.string().startsWith("/").max(500) }),
]);
export type ShellMessage = z.infer<typeof shellMessage>;

/** An operator key that lies in the keyring of this machine's user. Its private half never leaves the shell. */
export type KeyringKey = {
  readonly keyId: TrustKeyId;
  readonly label: string;
  /** Raw Ed25519, 32 bytes, base64url: what `quorum` names. */
  readonly publicKey: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
};

/** The operator's side of trust on the desktop. No call returns a private key. */
export type ShellTrust = {
  /** @throws AppError ENV_SECRETS_LOCKED where the system has no keyring that encrypts. */
  readonly keys: () => Promise<readonly KeyringKey[]>;
  /** Makes a key in the keyring. @throws AppError CONFLICT_EXISTS for a label that is taken, ENV_SECRETS_LOCKED. */
  readonly createKey: (label: string) => Promise<KeyringKey>;
  /**
   * Signs every document of the request that the key may sign. The shell computes the digests itself, shows them with
   * what they mean in a dialog of its own, and signs after the person's yes; undefined when they declined.
   *
   * @throws AppError NOT_FOUND for a key that is not here, TRUST_REQUEST_REFUSED for a request that does not add up,
   *   TRUST_SIGNATURE_REFUSED for one that does not ask for this key, INPUT_TOO_LARGE beyond 16 MiB or what a dialog can
   *   show, CONFLICT_STATE while another is shown, ENV_SECRETS_LOCKED.
   */
  readonly sign: (request: SigningRequestFile, keyId: TrustKeyId) => Promise<SignaturesFile | undefined>;
};

/**
 * What the desktop's window can do beyond a browser's: `window.rollcallShell`. A fixed small object of plain calls; no
 * event object, no callback and nothing of Electron passes through it. `F` is the DOM's `File`, which `shared` does
 * not know. A call that the shell refuses rejects with a sentence.
 */
export type RollcallShell<F> = {
  readonly facts: ShellFacts;
  /**
   * Asks for a port to the control plane; it follows as a `rollcall.port` message, at once or when one runs. Call it
   * again after `rollcall.core` says `ready`. After `stopped` it also starts the control plane again.
   */
  readonly connect: () => Promise<void>;
  /** The absolute path of a dropped or chosen file, for `uploads.importPath`; empty for a file that is on no disk. */
  readonly pathForFile: (file: F) => string;
  /** The native open dialog. Empty when the person cancelled. */
  readonly pickFiles: () => Promise<readonly string[]>;
  readonly setTheme: (theme: ShellTheme) => Promise<void>;
  /** Progress on the dock or taskbar, 0 to 1; undefined takes it away. */
  readonly setProgress: (fraction: number | undefined) => Promise<void>;
  /** What would be lost if the application quit now, as short phrases; replaces what was said before, empty takes it back. */
  readonly holdQuit: (reasons: readonly string[]) => Promise<void>;
  /** Opens an allow-listed https address in the person's browser, after showing the host. False when refused or declined. */
  readonly openExternal: (url: string) => Promise<boolean>;
  /** Opens the folder with data and logs in the file manager. */
  readonly showDataFolder: () => Promise<void>;
  readonly trust: ShellTrust;
};
