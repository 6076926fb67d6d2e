import { MessageChannel } from "node:worker_threads";
import { createORPCClient } from "@orpc/client";
import { RPCLink } from "@orpc/client/message-port";
import { describe, expect, it, vi } from "vitest";
import { portServer } from "#main/desktop/host/serve-port.ts";
import type { ContractClient } from "#shared/contract/index.ts";
import type { Principal } from "#shared/domain/access/permission.ts";
import { openControlPlane } from "#test/builders/control-plane.ts";
import { FakeMessagePortMain } from "#test/fakes/electron/fake-ports.ts";
import { quietLogger } from "#test/fakes/quiet-logger.ts";

const ana: Principal = { name: "user:ana", role: "administrator", fleets: "all", local: true };

/** A control plane that serves ports, and what opens one of them as a window does. */
async function served() {
  const plane = await openControlPlane();
  const serve = portServer(plane.router, ana, quietLogger());
  return () => {
    const { port1, port2 } = new MessageChannel();
    serve(new FakeMessagePortMain(port1));
    const client: ContractClient = createORPCClient(new RPCLink({ port: port2 }));
    port2.start();
    return { client, port: port2 };
  };
}

const openPorts = (): number => process.getActiveResourcesInfo().filter((name) => name === "MessagePort").length;

describe("the contract over the window's port", () => {
  it("knows the caller, and gives each call an id of its own", async () => {
    const open = await served();
    const { client, port } = open();
    expect(await client.system.whoami()).toEqual(ana);
    const ids = await Promise.all(
      [1, 2].map(() =>
        client.applications.get({ applicationId: "00000000-0000-4000-8000-000000000000" }).catch((thrown: unknown) => thrown),
      ),
    );
    expect(ids).toMatchObject([{ code: "NOT_FOUND" }, { code: "NOT_FOUND" }]);
    const correlation = ids.map((error) => (error as { data: { correlationId: string } }).data.correlationId);
    expect(new Set(correlation).size).toBe(2);
    port.close();
  });

  it("leaves nothing behind when windows come and go with their streams open", async () => {
    const open = await served();
    const before = openPorts();
    for (let round = 0; round < 100; round += 1) {
      const { client, port } = open();
      const events = await client.system.events({});
      const next = events.next();
      expect(openPorts()).toBeGreaterThan(before);
      port.close();
      await expect(next).rejects.toBeInstanceOf(Error);
    }
    await vi.waitFor(() => expect(openPorts()).toBeLessThanOrEqual(before));
  });
});
