import { openDatabase } from "#main/adapters/sqlite/open-database.ts";
import { openStore, type Store } from "#main/control-plane/db/store.ts";
import type { Clock } from "#main/control-plane/ports/clock.ts";
import { fakeClock } from "#test/fakes/clock.ts";

/** A store on a real database in `folder`; the caller closes it. */
export async function openTestStore(folder: string, clock: Clock = fakeClock()): Promise<Store> {
  return openStore(await openDatabase(folder), clock);
}
