import type { AppError } from "#shared/errors/app-error.ts";
import type { HostId } from "#shared/lib/ids.ts";
import type { Store } from "../db/store.ts";
import type { Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";

/** One refusal of a kind per host is recorded in this time; a flood must not fill the audit. */
const ONCE_PER_MS = 60_000;

/** Different refusals remembered; beyond it the oldest may be recorded again early. */
const REMEMBERED = 10_000;

/** Shows refused frames and logins of known hosts where people look: the audit and the host's timeline. */
export class RefusalLog {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #recordedAt = new Map<string, number>();

  constructor(store: Store, clock: Clock, logger: Logger) {
    this.#store = store;
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Records it once the database is free; a failure to record is logged and stops nothing. */
  record(host: { readonly hostId: HostId; readonly fleetId: string }, failure: AppError, remote: string): void {
    this.#logger.warn({ hostId: host.hostId, code: failure.code, remote }, "a host was refused");
    if (!this.#isDue(`${host.hostId} ${failure.code}`)) return;
    this.#write(host, failure, remote).catch((thrown: unknown) => {
      this.#logger.error({ err: thrown, hostId: host.hostId }, "a refusal was not recorded");
    });
  }

  #isDue(key: string): boolean {
    const now = this.#clock.monotonicMs();
    const last = this.#recordedAt.get(key);
    if (last !== undefined && now - last < ONCE_PER_MS) return false;
    this.#recordedAt.delete(key);
    this.#recordedAt.set(key, now);
    if (this.#recordedAt.size > REMEMBERED) {
      const [oldest] = this.#recordedAt.keys();
      if (oldest !== undefined) this.#recordedAt.delete(oldest);
    }
    return true;
  }

  #write({ hostId, fleetId }: { readonly hostId: HostId; readonly fleetId: string }, failure: AppError, remote: string): Promise<void> {
    return this.#store.write(async (unit) => {
      const details = { code: failure.code, remote };
      await unit.db
        .insertInto("hostEvents")
        .values({
          hostId,
          at: unit.now,
          kind: "refused",
          applicationId: null,
          releaseId: null,
          message: failure.message.slice(0, 500),
          details: JSON.stringify(details),
        })
        .execute();
      unit.audit({
        actor: `host:${hostId}`,
        action: "link.refused",
        subject: `host:${hostId}`,
        fleetId,
        reason: failure.message.slice(0, 500),
        details,
      });
      unit.emit({ topic: "host.refused", ids: { hostId }, fleetId });
    });
  }
}
