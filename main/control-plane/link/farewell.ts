import type { AppError } from "#shared/errors/app-error.ts";
import type { ErrorCode } from "#shared/errors/codes.ts";
import type { ControlFrame } from "#shared/protocol/control-frames.ts";
import { LINK_CLOSE } from "#shared/protocol/limits.ts";

type RetryWindow = { readonly fromMs: number; readonly toMs: number };
type Bye = Extract<ControlFrame, { readonly type: "bye" }>;
type Farewell = { readonly close: number; readonly retry?: RetryWindow };

const SOON: RetryWindow = { fromMs: 500, toMs: 5_000 };
/** For what only time or a person mends: the host asks again without being a load. */
const LATER: RetryWindow = { fromMs: 10_000, toMs: 60_000 };

const FAREWELLS: { readonly [C in ErrorCode]?: Farewell } = {
  LINK_FRAME_INVALID: { close: LINK_CLOSE.badFrame, retry: LATER },
  LINK_FRAME_TOO_LARGE: { close: LINK_CLOSE.tooLarge, retry: LATER },
  LINK_PROTOCOL_UNSUPPORTED: { close: LINK_CLOSE.unsupported, retry: { fromMs: 60_000, toMs: 300_000 } },
  HOST_SIGNATURE_INVALID: { close: LINK_CLOSE.unauthenticated },
  HOST_REVOKED: { close: LINK_CLOSE.revoked },
  HOST_PENDING_APPROVAL: { close: LINK_CLOSE.unauthenticated, retry: { fromMs: 2_000, toMs: 5_000 } },
  HOST_REPORT_REPLAYED: { close: LINK_CLOSE.badFrame, retry: LATER },
  HOST_CLONED: { close: LINK_CLOSE.cloned, retry: LATER },
};

/** How a link ends for this reason: the close code, and when the host may come back, if that has a point. */
export function farewellFor(failure: AppError): Farewell {
  return FAREWELLS[failure.code] ?? { close: LINK_CLOSE.restarting, retry: SOON };
}

/** The last frame of a link. */
export function byeFor(failure: AppError, retry: RetryWindow | undefined): Bye {
  const frame = { type: "bye", code: failure.code, message: failure.message.slice(0, 300) } as const;
  return retry === undefined ? frame : { ...frame, retry };
}

/** A window in which `links` hosts come back without a rush, at most about 2,000 a second. */
export function restartWindow(links: number): RetryWindow {
  return { fromMs: 300, toMs: Math.max(2_000, Math.ceil(links / 2)) };
}
