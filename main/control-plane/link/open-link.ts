import type { AppError } from "#shared/errors/app-error.ts";
import type { HostId } from "#shared/lib/ids.ts";
import type { DocumentPair } from "#shared/protocol/agent-frames.ts";
import type { ControlFrame } from "#shared/protocol/control-frames.ts";

/** A link whose host has proved its key, as the rest of the control plane's side sees it. */
export type OpenLink = {
  readonly hostId: HostId;
  readonly fleetId: string;
  readonly boot: string;
  /** The host has said hello: documents and commands may be sent. */
  readonly isOpen: boolean;
  /** The last desired document that the host says it has applied. */
  readonly applied: DocumentPair | undefined;
  /** When the host was last heard, on the monotonic clock. */
  readonly heardAtMs: number;
  /** When its access token ends, on the wall clock. */
  readonly accessEndsAt: number;
  send(frame: ControlFrame): void;
  /** Sends a new access token. */
  renewAccess(): void;
  probe(): void;
  /** Says goodbye with the reason and closes. */
  end(failure: AppError): void;
  /** Says this goodbye and closes with this code. */
  leave(bye: ControlFrame & { readonly type: "bye" }, close: number): void;
};
