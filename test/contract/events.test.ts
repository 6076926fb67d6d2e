import { describe, expect, it } from "vitest";
import type { ContractClient } from "#shared/contract/index.ts";
import type { LiveEvent } from "#shared/contract/system.ts";
import type { Principal } from "#shared/domain/access/permission.ts";
import { runningServer } from "#test/builders/running-server.ts";
import { IN_PROCESS, type Transport, TRANSPORTS } from "./transports.ts";

const administrator: Principal = { name: "user:ana", role: "administrator", fleets: "all", local: false };

async function rename(client: ContractClient, name: string): Promise<void> {
  const { revision } = await client.settings.get();
  await client.settings.update({ revision, name });
}

/** Reads `count` events behind `after` and leaves. */
async function take(client: ContractClient, after: number, count: number): Promise<readonly LiveEvent[]> {
  const taken: LiveEvent[] = [];
  for await (const event of await client.system.events({ after })) {
    taken.push(event);
    if (taken.length === count) break;
  }
  return taken;
}

/** Connects, and answers where the stream stands before anything of the test has happened. */
async function follow(transport: Transport): Promise<{ readonly client: ContractClient; readonly start: number }> {
  const server = await runningServer();
  const { client } = await transport.connect(server, administrator);
  return { client, start: server.opened.plane.store.lastEventSequence() };
}

describe.each(TRANSPORTS)("the event stream over $name", (transport) => {
  it("tells what changed while the client watches", async () => {
    const { client, start } = await follow(transport);
    await rename(client, "One");
    const seen: LiveEvent[] = [];
    for await (const event of await client.system.events({ after: start })) {
      seen.push(event);
      if (seen.length === 2) break;
      await rename(client, "Two");
    }
    expect(seen).toMatchObject([
      { sequence: start + 1, topic: "settings.changed" },
      { sequence: start + 2, topic: "settings.changed" },
    ]);
  });

  it("resumes behind the last event seen, with nothing twice and nothing left out", async () => {
    const { client, start } = await follow(transport);
    for (const name of ["One", "Two", "Three", "Four"]) await rename(client, name);
    const before = await take(client, start, 2);
    const after = await take(client, before.at(-1)?.sequence ?? 0, 2);
    expect([...before, ...after].map(({ sequence }) => sequence - start)).toEqual([1, 2, 3, 4]);
  });

  it("says that everything has to be read again when the client comes from another history", async () => {
    const { client } = await follow(transport);
    const [event] = await take(client, 1_000_000, 1);
    expect(event?.topic).toBe("live.restarted");
  });
});

describe.each(TRANSPORTS.filter((transport) => transport !== IN_PROCESS))("an open event stream over $name", (transport) => {
  it("ends when the control plane goes, so that the client knows to come back", async () => {
    const server = await runningServer();
    const { client, cut } = await transport.connect(server, administrator);
    await rename(client, "One");
    const stream = await client.system.events({ after: 0 });
    await stream.next();
    const ended = drain(stream);
    await cut();
    await expect(ended).resolves.toBe("ended");
  });
});

/** Reads until there is nothing more to read, however that ends. */
async function drain(stream: AsyncIterable<unknown>): Promise<"ended"> {
  try {
    for await (const event of stream) void event;
  } catch {
    // A broken stream has ended as well.
  }
  return "ended";
}
