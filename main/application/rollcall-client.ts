import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { IpcAttempt, IpcEvent, IpcHistory, IpcLock, IpcSettings, IpcState, IpcVersions } from "#shared/protocol/application-ipc.ts";
import { readSocketEnvironment } from "./environment-config.ts";
import { followEvents } from "./follow-events.ts";
import { RollcallError } from "./rollcall-error.ts";
import { readAnswer, send, type SocketRequest } from "./socket-request.ts";

/** Where the socket is, and the token: itself, or the file that the agent keeps it in. */
export type RollcallClientOptions = { readonly socketPath: string } & ({ readonly tokenFile: string } | { readonly token: string });

/** Every call may be given up. */
export type CallOptions = { readonly signal?: AbortSignal };

/** An attempt that is over. */
export type FinalAttempt = IpcAttempt & Required<Pick<IpcAttempt, "outcome" | "endedAt">>;

/** The longest single wait for an outcome; the next one follows at once. */
const WAIT_MS = 30_000;
/** How long an agent that restarts is waited for between two tries. */
const AWAY_MS = 500;

/**
 * An application's own way to the agent that runs it: how it stands, what it may become, its health, and "not now". Needs
 * nothing but Node. Every failure is a {@link RollcallError} with a code, or the reason of the signal.
 */
export class RollcallClient {
  readonly #options: RollcallClientOptions;
  #token: string | undefined;

  constructor(options: RollcallClientOptions) {
    this.#options = options;
    this.#token = "token" in options ? options.token : undefined;
  }

  /** The client of a process that an agent started; undefined in any other process. */
  static fromEnvironment(variables?: Readonly<Record<string, string | undefined>>): RollcallClient | undefined {
    const found = readSocketEnvironment(variables);
    return found && new RollcallClient(found);
  }

  /** How the application stands. */
  state(options: CallOptions = {}): Promise<IpcState> {
    return this.#call<IpcState>({ method: "GET", path: "state", ...options });
  }

  /** What this host has, is offered, or knows of; newest first. */
  versions(options: CallOptions = {}): Promise<IpcVersions> {
    return this.#call<IpcVersions>({ method: "GET", path: "versions", ...options });
  }

  /** Asks whoever offers releases for news, and tells what there is then. */
  check(options: CallOptions = {}): Promise<IpcVersions> {
    return this.#call<IpcVersions>({ method: "POST", path: "check", body: {}, ...options });
  }

  /** What this host has tried with the application; newest first. */
  async history(options: CallOptions = {}): Promise<readonly IpcAttempt[]> {
    return (await this.#call<IpcHistory>({ method: "GET", path: "history", ...options })).attempts;
  }

  /**
   * Updates to a version and resolves with how that ended, not with its beginning: `healthy` after its probation,
   * `failed`, `reverted`, `stopped`, `superseded`. An application that updates itself is stopped on the way; its successor
   * finds the outcome in {@link history}.
   *
   * @throws RollcallError when it is refused: POLICY_REFUSED, POLICY_QUARANTINED, CONFLICT_STATE, NOT_FOUND …
   */
  async updateTo(version: string, options: CallOptions = {}): Promise<FinalAttempt> {
    return this.outcome(await this.#call<IpcAttempt>({ method: "POST", path: "update", body: { version }, ...options }), options);
  }

  /** Goes back to a kept version, the one before when none is named, and resolves as {@link updateTo} does. */
  async rollback(options: CallOptions & { readonly version?: string; readonly reason?: string } = {}): Promise<FinalAttempt> {
    const { signal, ...body } = options;
    return this.outcome(await this.#call<IpcAttempt>({ method: "POST", path: "rollback", body, signal }), { ...(signal && { signal }) });
  }

  /** Waits until an attempt is over, also over restarts of the agent. */
  async outcome({ attemptId }: Pick<IpcAttempt, "attemptId">, { signal }: CallOptions = {}): Promise<FinalAttempt> {
    for (;;) {
      const attempt = await this.#call<IpcAttempt>({ method: "GET", path: `attempts/${attemptId}?waitMs=${WAIT_MS}`, signal }).catch(
        (thrown: unknown) => {
          if (thrown instanceof RollcallError && thrown.code === "UNREACHABLE") return undefined;
          throw thrown;
        },
      );
      if (attempt === undefined) await sleep(AWAY_MS, undefined, { ...(signal && { signal }) });
      else if (isFinal(attempt)) return attempt;
    }
  }

  /** Asks that no update begins its switch for `forMs`, an hour at most. Give it back with {@link allowUpdates} or `await using`. */
  async notNow(reason: string, forMs: number, options: CallOptions = {}): Promise<IpcLock & AsyncDisposable> {
    const lock = await this.#call<IpcLock>({ method: "POST", path: "locks", body: { reason, forMs }, ...options });
    return { ...lock, [Symbol.asyncDispose]: () => this.allowUpdates(lock) };
  }

  /** Gives a lock back. */
  async allowUpdates({ lockId }: Pick<IpcLock, "lockId">, options: CallOptions = {}): Promise<void> {
    await this.#call<undefined>({ method: "DELETE", path: `locks/${lockId}`, ...options });
  }

  /** What the application has settled for itself. */
  settings(options: CallOptions = {}): Promise<IpcSettings> {
    return this.#call<IpcSettings>({ method: "GET", path: "settings", ...options });
  }

  /** Replaces that, whole: logs at once, sockets with the application's next start. The host's own file has the last word. */
  settle(settings: IpcSettings, options: CallOptions = {}): Promise<IpcSettings> {
    return this.#call<IpcSettings>({ method: "PUT", path: "settings", body: settings, ...options });
  }

  /** Says that this process is ready to serve; what a run spec with `readiness: ipc` waits for. */
  ready(options: CallOptions = {}): Promise<void> {
    return this.#say({ state: "ready" }, options);
  }

  /** Says that this process is well, also after it was not. */
  healthy(options: CallOptions = {}): Promise<void> {
    return this.#say({ state: "healthy" }, options);
  }

  /** Says that this process is not well. In its probation that takes the version back at once; later it shows. */
  unhealthy(reason: string, options: CallOptions = {}): Promise<void> {
    return this.#say({ state: "unhealthy", reason }, options);
  }

  /** Says once that this process lives. A run spec with `heartbeatDeadlineMs` takes silence for a hang. */
  async heartbeat(options: CallOptions = {}): Promise<void> {
    await this.#call<undefined>({ method: "POST", path: "heartbeat", body: {}, ...options });
  }

  /** Says so again and again until the signal ends it; an agent that is away for a moment is forgiven. A third of the deadline is a good interval. */
  async keepBeating(intervalMs: number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.heartbeat({ signal }).catch((thrown: unknown) => {
        if (!signal.aborted && !(thrown instanceof RollcallError && thrown.code === "UNREACHABLE")) throw thrown;
      });
      await sleep(intervalMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  /** What happens to the application from now on, also over restarts of the agent; `reset` says that something was missed. Ends with the signal. */
  events({ signal }: CallOptions = {}): AsyncGenerator<IpcEvent, void, undefined> {
    return followEvents((lastEventId) => this.#open(lastEventId, signal), signal);
  }

  async #say(word: { readonly state: string; readonly reason?: string }, options: CallOptions): Promise<void> {
    await this.#call<undefined>({ method: "POST", path: "health", body: word, ...options });
  }

  async #open(lastEventId: string | undefined, signal: AbortSignal | undefined) {
    const headers = lastEventId === undefined ? {} : { "Last-Event-ID": lastEventId };
    return send(this.#options.socketPath, { method: "GET", path: "events", token: await this.#readToken(), headers, signal });
  }

  async #call<T>(request: Omit<SocketRequest, "token">): Promise<T> {
    const { socketPath } = this.#options;
    const answer = await send(socketPath, { ...request, token: await this.#readToken() });
    if (answer.statusCode === 401) this.#forgetToken();
    // Why the cast: both sides are built from the same types, and the agent is who started this process.
    return (await readAnswer(answer)) as T;
  }

  async #readToken(): Promise<string> {
    const options = this.#options;
    if (this.#token === undefined && "tokenFile" in options) this.#token = (await readFile(options.tokenFile, "utf8")).trim();
    return this.#token ?? "";
  }

  // The file may hold a new one by now.
  #forgetToken(): void {
    if ("tokenFile" in this.#options) this.#token = undefined;
  }
}

function isFinal(attempt: IpcAttempt): attempt is FinalAttempt {
  return attempt.outcome !== undefined && attempt.endedAt !== undefined;
}
