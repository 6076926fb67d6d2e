import type { RunningServer } from "#main/server/server.ts";
import type { ApplicationId, FleetId, HostId } from "#shared/lib/ids.ts";

/** Orders of one transaction; SQLite bounds the values of one statement. */
const AT_ONCE = 1_000;

/**
 * Orders a restart of every host, and waits until the last of them has acknowledged it for good.
 *
 * @returns how long that took from the committed rows to the last committed acknowledgement, in milliseconds.
 */
export async function orderAll(
  server: RunningServer,
  fleet: { readonly fleetId: FleetId; readonly applicationId: ApplicationId },
  hosts: readonly HostId[],
): Promise<number> {
  const { store, hosts: parts } = server.opened.plane;
  const body = { kind: "restart", applicationId: fleet.applicationId } as const;
  const orders = hosts.map((hostId) => ({ hostId, fleetId: fleet.fleetId, body, ttlMs: 60_000, actor: "user:bench" }));
  for (let from = 0; from < orders.length; from += AT_ONCE)
    await store.write((unit) => parts.link.commands.issue(unit, orders.slice(from, from + AT_ONCE)));
  const committedAt = Date.now();
  return (await lastAcknowledgement(server, hosts.length)) - committedAt;
}

/** Asks the database, not the agents: an acknowledgement counts when it is committed. */
async function lastAcknowledgement(server: RunningServer, hosts: number): Promise<number> {
  for (;;) {
    const { count, last } = await server.opened.plane.store.read
      .selectFrom("commands")
      .select(({ fn }) => [fn.count<number>("acknowledgedAt").as("count"), fn.max("acknowledgedAt").as("last")])
      .executeTakeFirstOrThrow();
    if (count === hosts && last !== null) return last;
    await new Promise((settle) => setTimeout(settle, 20));
  }
}
