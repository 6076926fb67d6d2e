import type { HostPhase } from "../domain/host/reported.ts";

/**
 * What an application and its agent say to each other over the application's own socket (docs/ipc.md). Plain types, so
 * that a client needs nothing at run time. Times are epoch ms, spans are ms.
 */
export type IpcFailure = { readonly cause: string; readonly message: string; readonly code?: string };

/** One release as a host names it: the SHA-256 of its bytes here belongs to it. */
export type IpcRelease = { readonly releaseId: string; readonly version: string; readonly digest: string };

/** Who decides what this application may become. */
export type IpcAuthority = "control-plane" | "stand-alone";

/** An update lock of the application: until then what is staged waits. */
export type IpcLock = { readonly lockId: string; readonly reason: string; readonly until: number };

/** What the application last said of itself, and whether it still counts: it ends with the process that said it. */
export type IpcHealth = { readonly state: "ready" | "healthy" | "unhealthy"; readonly reason?: string; readonly at: number };

/** `GET /v1/state`. */
export type IpcState = {
  readonly applicationId: string;
  readonly productId: string;
  readonly agentVersion: string;
  readonly authority: IpcAuthority;
  /** The release whose token asks. */
  readonly asker: string;
  /** What serves; absent before the first install and between two versions of a first install. */
  readonly current?: IpcRelease;
  /** The release that the phase speaks of, when it is not the current one. */
  readonly candidate?: IpcRelease;
  readonly phase: HostPhase;
  readonly failure?: IpcFailure;
  readonly progress?: { readonly receivedBytes: number; readonly totalBytes: number };
  readonly healthy: boolean;
  readonly reported?: IpcHealth;
  readonly restarts: number;
  readonly uptimeMs?: number;
  /** Why nothing is granted at present. */
  readonly hold?: string;
  readonly locks: readonly IpcLock[];
};

/** One version that this host has, knows or is offered. */
export type IpcVersion = {
  readonly version: string;
  /** Absent while only the version is known, not yet the release behind it. */
  readonly releaseId?: string;
  readonly digest?: string;
  readonly current: boolean;
  /** Its bytes are on this disk: going to it asks nobody. */
  readonly kept: boolean;
  /** It has passed its probation on this host once. */
  readonly proven: boolean;
  /** The authority wants it here; `granted` says that it may be begun now. */
  readonly offered?: { readonly granted: boolean; readonly hold?: string };
  readonly quarantined?: { readonly reason: string; readonly expiresAt?: number };
};

/** `GET /v1/versions` and `POST /v1/check`. */
export type IpcVersions = {
  readonly versions: readonly IpcVersion[];
  /** When the authority was last heard or asked; absent when never. */
  readonly checkedAt?: number;
  /** Why the last question was not answered. */
  readonly checkError?: string;
};

/**
 * How an attempt ended. `reverted`: it was tried and taken back; `failed`: it never served, or nothing could serve after
 * it; `stopped`: the permission ended before the switch; `superseded`: something else was wanted first.
 */
export type IpcOutcome = "healthy" | "failed" | "reverted" | "stopped" | "superseded";

/** One try to bring a release here, whoever wanted it. */
export type IpcAttempt = {
  readonly attemptId: string;
  readonly kind: "update" | "rollback";
  readonly by: "authority" | "application";
  readonly release: IpcRelease;
  readonly from?: IpcRelease;
  readonly startedAt: number;
  readonly phase: HostPhase;
  /** Both or neither: an attempt without them is under way. */
  readonly endedAt?: number;
  readonly outcome?: IpcOutcome;
  readonly failure?: IpcFailure;
};

/** `GET /v1/history`: newest first. */
export type IpcHistory = { readonly attempts: readonly IpcAttempt[] };

/** `GET` and `PUT /v1/settings`: what an application may settle for itself; absent leaves it to the release. */
export type IpcSettings = {
  /** How much of its output is kept. In force at once. */
  readonly log?: { readonly maxBytes?: number; readonly files?: number };
  /** Where its sockets are, by their names: ports from 1024, paths in `{work}/`. In force with its next start. */
  readonly sockets?: Readonly<Record<string, { readonly host?: string; readonly port?: number; readonly path?: string }>>;
};

/** An event of `GET /v1/events`, by its name on the wire. */
export type IpcEvent =
  | {
      readonly type: "phase";
      readonly attemptId?: string;
      readonly phase: HostPhase;
      readonly release: IpcRelease;
      readonly failure?: IpcFailure;
    }
  | { readonly type: "offer"; readonly version?: string; readonly granted: boolean; readonly hold?: string }
  | { readonly type: "halt"; readonly attemptId?: string; readonly message: string }
  | { readonly type: "health"; readonly healthy: boolean }
  | { readonly type: "lock"; readonly locks: readonly IpcLock[] }
  /** Events before this one were lost: read the state anew. */
  | { readonly type: "reset" };

/** Every answer that is no success: RFC 9457, with the code of docs/errors.md. */
export type IpcProblem = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
};

/** Bounds of the socket, told so that clients can keep to them. */
export const IPC_LIMITS = {
  bodyBytes: 16_384,
  connections: 32,
  streams: 8,
  waitMs: 60_000,
  lockMs: 3_600_000,
  lockTotalMs: 86_400_000,
  locks: 16,
  attempts: 64,
} as const;
