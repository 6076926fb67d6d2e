import { AppError } from "#shared/errors/app-error.ts";
import { IPC_LIMITS, type IpcHealth, type IpcLock, type IpcState, type IpcVersions } from "#shared/protocol/application-ipc.ts";
import { AGENT_VERSION } from "../agent-version.ts";
import type { ServiceWords } from "../process/supervised-service.ts";
import type { ApplicationUnit } from "../update/application-unit.ts";
import { ApplicationOrders } from "./application-orders.ts";
import type { AttemptLog } from "./attempt-log.ts";
import type { EventFeed } from "./event-feed.ts";
import { listVersions, toIpcFailure } from "./ipc-views.ts";
import type { OwnSettings, OwnSettingsStore } from "./own-settings.ts";
import type { UpdateAuthority } from "./update-authority.ts";
import type { UpdateLock } from "./update-lock.ts";
import type { UpdateLocks } from "./update-locks.ts";

/** What a desk keeps and whom it asks. */
export type DeskPorts = {
  readonly attempts: AttemptLog;
  readonly locks: UpdateLocks;
  readonly feed: EventFeed;
  readonly settings: OwnSettingsStore;
  readonly authority: UpdateAuthority;
  readonly releases: string;
  readonly now: () => number;
  readonly nowMs: () => number;
  /** Something that a report tells has changed. */
  readonly onChange: () => void;
};

/** News of an authority that takes longer is told by the next question. */
const CHECK_MS = 30_000;

const toIpcLock = ({ lockId, reason, until }: UpdateLock): IpcLock => ({ lockId, reason, until });

/** Where one application and its agent meet: what it may ask and say over its socket, and what it hears. */
export class ApplicationDesk {
  readonly attempts: AttemptLog;
  readonly feed: EventFeed;
  readonly orders: ApplicationOrders;
  readonly #ports: DeskPorts;
  readonly #unit: ApplicationUnit;
  #told = { offer: "", healthy: false };
  #reported: { readonly process: string | undefined; readonly health: IpcHealth } | undefined;

  constructor(unit: ApplicationUnit, ports: DeskPorts) {
    this.#unit = unit;
    this.#ports = ports;
    this.attempts = ports.attempts;
    this.feed = ports.feed;
    this.orders = new ApplicationOrders({ ...ports, unit });
  }

  /** How the application stands, for the release that asks. */
  state(asker: string): IpcState {
    const { authority, locks } = this.#ports;
    const { applicationId, current, candidate, phase, failure, progress, healthy, restarts, uptimeMs } = this.#unit.describe();
    const { hold, productId } = this.#unit;
    return {
      applicationId,
      productId,
      agentVersion: AGENT_VERSION,
      authority: authority.kind,
      asker,
      ...(current && { current }),
      ...(candidate && { candidate }),
      phase,
      ...(failure && { failure: toIpcFailure(failure) }),
      ...(progress && { progress }),
      healthy,
      ...(this.#reported !== undefined && this.#reported.process === this.#unit.processIdentity && { reported: this.#reported.health }),
      restarts,
      ...(uptimeMs !== undefined && { uptimeMs }),
      ...(hold !== undefined && { hold }),
      locks: locks.live().map(toIpcLock),
    };
  }

  /** Every version that this host has, is offered or knows of. */
  versions(): IpcVersions {
    const { authority, now } = this.#ports;
    const { at, error } = authority.checked();
    return {
      versions: listVersions(this.#unit.journal, this.#unit.wanted, authority.known(), now()),
      ...(at !== undefined && { checkedAt: at }),
      ...(error !== undefined && { checkError: error }),
    };
  }

  /** What the application has settled for itself. */
  get settings(): OwnSettings {
    return this.#ports.settings.current;
  }

  /** @throws AppError INPUT_INVALID. Logs follow at once, sockets with the next start of the application. */
  async settle(settings: OwnSettings): Promise<OwnSettings> {
    const sockets = this.#unit.service.runnable?.runSpec.sockets?.map((one) => one.name) ?? [];
    await this.#ports.settings.replace(settings, sockets);
    return this.settings;
  }

  /** Asks for news, and tells what there is after it. */
  async check(signal: AbortSignal): Promise<IpcVersions> {
    await this.#ports.authority.check(AbortSignal.any([signal, AbortSignal.timeout(CHECK_MS)]));
    return this.versions();
  }

  /** @throws AppError RATE_LIMITED when the application holds too many of them. */
  async lock(lock: { readonly lockId: string; readonly reason: string; readonly forMs: number }): Promise<IpcLock> {
    const { locks } = this.#ports;
    if (locks.live().length >= IPC_LIMITS.locks)
      throw new AppError("RATE_LIMITED", `The application holds ${IPC_LIMITS.locks} locks already; give one back first.`);
    await locks.take(lock);
    this.#lockChanged();
    const taken = locks.live().find((one) => one.lockId === lock.lockId);
    if (taken === undefined) throw new AppError("CONFLICT_STATE", "The clock of this machine was moved; the lock does not hold.");
    return toIpcLock(taken);
  }

  /** Gives a lock back; one that is not there (any more) is given back already. */
  async unlock(lockId: string): Promise<void> {
    await this.#ports.locks.release(lockId);
    this.#lockChanged();
  }

  /**
   * Takes what the version that serves says of itself. `unhealthy` fails a probation at once and shows afterwards;
   * `healthy` takes it back.
   *
   * @throws AppError CONFLICT_STATE when another version asks than the one that serves.
   */
  report(asker: string, word: { readonly state: "ready" | "healthy" } | { readonly state: "unhealthy"; readonly reason: string }): void {
    const words = this.#wordsOf(asker);
    if (word.state === "ready") words.ready();
    else words.feels("reason" in word ? word.reason : undefined);
    this.#reported = { process: this.#unit.processIdentity, health: { ...word, at: this.#ports.now() } };
    this.#ports.onChange();
  }

  /** The version that serves says that it lives. @throws AppError as {@link report}. */
  heartbeat(asker: string): void {
    this.#wordsOf(asker).heartbeat();
  }

  /** Something about the application has changed: tells what followers want to know of it. */
  changed(): void {
    const { wanted, hold } = this.#unit;
    const granted = wanted?.grant !== undefined;
    const offer = `${wanted?.target.releaseId} ${granted} ${hold}`;
    const { healthy } = this.#unit.describe();
    if (offer !== this.#told.offer && (wanted !== undefined || this.#told.offer !== ""))
      this.feed.tell({ type: "offer", ...(wanted && { version: wanted.target.version }), granted, ...(hold !== undefined && { hold }) });
    if (healthy !== this.#told.healthy) this.feed.tell({ type: "health", healthy });
    this.#told = { offer, healthy };
    void this.attempts.reconcile(this.#unit.journal, wanted?.grant?.grantId).catch(() => undefined);
  }

  /** What was said by a version counts for it alone: two of them may run side by side. */
  #wordsOf(asker: string): ServiceWords {
    const words = this.#unit.service.wordsOf(asker);
    if (words !== undefined) return words;
    throw new AppError("CONFLICT_STATE", "No process of this token's release serves now; what it says of itself was not taken.");
  }

  #lockChanged(): void {
    this.feed.tell({ type: "lock", locks: this.#ports.locks.live().map(toIpcLock) });
    this.#unit.tick();
    this.#ports.onChange();
  }
}
