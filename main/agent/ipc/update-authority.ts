import { AppError } from "#shared/errors/app-error.ts";
import type { GrantId, ReleaseId } from "#shared/lib/ids.ts";
import type { IpcAuthority } from "#shared/protocol/application-ipc.ts";
import type { TargetRelease } from "../update/journal.ts";

/** A version that lies where releases come from, whether or not it is here. */
export type KnownVersion = { readonly version: string; readonly releaseId?: ReleaseId; readonly digest?: string };

/** Who decides what an application may become, as far as the application may ask. */
export type UpdateAuthority = {
  readonly kind: IpcAuthority;
  /** Versions that it has shown, newest first. */
  known(): readonly KnownVersion[];
  /** When it was last heard or asked, and why that went wrong. */
  checked(): { readonly at?: number; readonly error?: string };
  /** Asks it for news; resolves when they are here, or the signal ends the wait. */
  check(signal: AbortSignal): Promise<void>;
  /**
   * The release behind a version that the application asks for.
   *
   * @throws AppError POLICY_REFUSED when the application may not choose, NOT_FOUND when there is none, REMOTE_*.
   */
  find(version: string, signal: AbortSignal): Promise<TargetRelease>;
  /** The application wants what is under way to be switched to now. */
  proceed(grantId: GrantId): void;
  /** Whether the application may go back to a version of this disk by itself. */
  mayRollBack(productId: string): Promise<boolean>;
};

/** What a control plane leaves to the application: nothing but the moment, and what the host's own file allows. */
export type ControlPlaneSight = {
  /** When the control plane was last heard, in epoch ms. */
  readonly heardAt: () => number | undefined;
  /** Why there is no link now. */
  readonly unheard: () => string | undefined;
  /** Tells the control plane how things are, which makes it decide anew. */
  readonly ask: () => void;
  readonly mayRollBack: (productId: string) => Promise<boolean>;
};

/** Targets are changed by operators alone (design, section 4): the application may ask for news, and begin what it is granted. */
export function controlPlaneAuthority(sight: ControlPlaneSight): UpdateAuthority {
  return {
    kind: "control-plane",
    known: () => [],
    checked: () => {
      const [at, error] = [sight.heardAt(), sight.unheard()];
      return { ...(at !== undefined && { at }), ...(error !== undefined && { error }) };
    },
    check: () => {
      sight.ask();
      return Promise.resolve();
    },
    find: (version) =>
      Promise.reject(
        new AppError(
          "POLICY_REFUSED",
          `Version ${version} is not granted to this host; what it is to run is chosen by its operators. Nothing was changed.`,
        ),
      ),
    // The go is the control plane's, and comes by itself.
    proceed: () => undefined,
    mayRollBack: (productId) => sight.mayRollBack(productId),
  };
}
