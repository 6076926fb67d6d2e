import { onTestFinished } from "vitest";
import { openDatabase } from "#main/adapters/sqlite/open-database.ts";
import { systemClock } from "#main/adapters/system/system-clock.ts";
import { systemIds } from "#main/adapters/system/system-ids.ts";
import { openStore, type Store } from "#main/control-plane/db/store.ts";
import { LinkService } from "#main/control-plane/link/link-service.ts";
import type { Clock } from "#main/control-plane/ports/clock.ts";
import { DEFAULT_SETTINGS } from "#main/control-plane/settings/service.ts";
import { fleetId, groupId, hostId, type HostId } from "#shared/lib/ids.ts";
import { memoryWire } from "#test/builders/memory-wire.ts";
import { uuidOf } from "#test/builders/rollout-facts.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";
import { MemorySecrets } from "#test/fakes/memory-secrets.ts";
import { quietLogger } from "#test/fakes/quiet-logger.ts";
import { scriptedSeam, type ScriptedSeam } from "#test/fakes/scripted-seam.ts";
import { AgentIdentity } from "#test/simulation/fleet/agent-identity.ts";
import { SimulatedAgent, type SimulatedAgentOptions } from "#test/simulation/fleet/simulated-agent.ts";

export const FLEET = fleetId.parse(uuidOf(0xf, 1));
export const GROUP = groupId.parse(uuidOf(0xf, 2));

/** The agent link over a real database, without a transport, behind a scripted rollout engine. */
export type LinkFixture = {
  readonly store: Store;
  readonly seam: ScriptedSeam;
  readonly logger: ReturnType<typeof quietLogger>;
  link: LinkService;
  /** Ends the link service as a kill does, and starts another over the same database. */
  restartLink(): Promise<void>;
  addHost(number: number, state?: "active" | "pending" | "revoked"): Promise<{ readonly hostId: HostId; readonly identity: AgentIdentity }>;
  /** An agent of a new active host, on a wire of its own, not connected yet. It sends no state reports by itself. */
  agent(number: number, options?: Partial<SimulatedAgentOptions>): Promise<SimulatedAgent>;
};

/** Opens the fixture for the running test. */
export async function openLinkFixture(clock: Clock = systemClock): Promise<LinkFixture> {
  const database = await openDatabase(await tempFolder());
  const store = await openStore(database, clock);
  onTestFinished(() => store.close());
  await store.write(async ({ db }) => {
    await db.insertInto("fleets").values({ id: FLEET, name: "Lab", description: "", createdAt: 0, revision: 0 }).execute();
    await db.insertInto("groups").values({ id: GROUP, fleetId: FLEET, name: "canary", position: 0, revision: 0 }).execute();
  });
  const seam = scriptedSeam();
  const logger = quietLogger();
  const secrets = new MemorySecrets();
  const newLink = () => new LinkService({ store, clock, ids: systemIds, logger, secrets, seam, settings: () => DEFAULT_SETTINGS });
  const fixture: LinkFixture = {
    store,
    seam,
    logger,
    link: newLink(),
    restartLink: async () => {
      fixture.link = newLink();
      await fixture.link.start();
    },
    addHost: (number, state = "active") => addHost(store, number, state),
    agent: async (number, options = {}) => {
      const host = await addHost(store, number, "active");
      return new SimulatedAgent({ ...host, dial: memoryWire(fixture.link).dial, stateIntervalMs: 0, ...options });
    },
  };
  await fixture.link.start();
  onTestFinished(() => fixture.link.stop());
  return fixture;
}

async function addHost(store: Store, number: number, state: "active" | "pending" | "revoked") {
  const identity = new AgentIdentity();
  const id = hostId.parse(uuidOf(1, number));
  await store.write(({ db }) =>
    db
      .insertInto("hosts")
      .values({
        id,
        fleetId: FLEET,
        groupId: GROUP,
        name: `host-${number}`,
        publicKey: identity.publicKey,
        state,
        connection: "disconnected",
        lastSeenAt: null,
        enrolledAt: 0,
        facts: null,
        platform: null,
        labels: "{}",
        pinnedReleaseId: null,
        boot: null,
        desiredDigest: null,
        revision: 0,
      })
      .execute(),
  );
  return { hostId: id, identity };
}
