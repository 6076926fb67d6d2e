import type { HostId } from "#shared/lib/ids.ts";
import type { Store } from "../db/store.ts";
import type { Clock } from "../ports/clock.ts";
import { FleetPacer } from "./fleet-pacer.ts";

/** What hosts fetch, kept within what their fleets may use of the network. */
export class HostDownloads {
  readonly #store: Store;
  readonly #pacer: FleetPacer;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#pacer = new FleetPacer(clock);
  }

  /** The same bytes at the pace of the host's fleet. A change of the rate counts from the next request on. */
  async pace(host: HostId, source: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array>> {
    const fleet = await this.#store.read
      .selectFrom("hosts")
      .innerJoin("fleets", "fleets.id", "hosts.fleetId")
      .select(["fleets.id", "fleets.downloadBytesPerSecond"])
      .where("hosts.id", "=", host)
      .executeTakeFirst();
    if (fleet === undefined || fleet.downloadBytesPerSecond === null) return source;
    return this.#pacer.pace(fleet.id, fleet.downloadBytesPerSecond, source);
  }
}
