import { MessageChannel } from "node:worker_threads";
import { createORPCClient } from "@orpc/client";
import { OpenAPILink } from "@orpc/openapi-client/fetch";
import { createRouterClient } from "@orpc/server";
import { contractClient } from "#main/client/contract-client.ts";
import { portServer } from "#main/desktop/host/serve-port.ts";
import type { RunningServer } from "#main/server/server.ts";
import { createContractClient } from "#renderer/data/contract-client.ts";
import { guardLink } from "#renderer/data/guard-link.ts";
import { createPortLink } from "#renderer/data/port-link.ts";
import { contract, type ContractClient } from "#shared/contract/index.ts";
import type { Principal } from "#shared/domain/access/permission.ts";
import { FakeMessagePortMain } from "#test/fakes/electron/fake-ports.ts";
import { quietLogger } from "#test/fakes/quiet-logger.ts";

/** A client of a running control plane, and how to take the ground from under it. */
export type Connection = {
  readonly client: ContractClient;
  /** Ends the serving side as a crash would. */
  readonly cut: () => Promise<void>;
};

/** One way in which calls reach the control plane. */
export type Transport = {
  readonly name: string;
  readonly connect: (server: RunningServer, who: Principal) => Promise<Connection>;
};

/** Straight into the router, as the demo's and the desktop's own code call it. */
export const IN_PROCESS: Transport = {
  name: "in process",
  connect: (server, principal) => {
    const context = { principal, correlationId: "contract-test", logger: quietLogger() };
    return Promise.resolve({ client: createRouterClient(server.opened.plane.router, { context }), cut: () => server.stop() });
  },
};

/** The renderer's own link to the desktop's own server, over a port of worker_threads, which has the shape of Electron's. */
const messagePort: Transport = {
  name: "MessagePort",
  connect: (server, who) => {
    const { port1, port2 } = new MessageChannel();
    portServer(server.opened.plane.router, who, quietLogger())(new FakeMessagePortMain(port1));
    // Why the cast: the DOM's MessagePort and Node's are one thing under two type names.
    const { link } = createPortLink(port2 as unknown as MessagePort);
    return Promise.resolve({ client: createContractClient(guardLink(link)), cut: () => Promise.resolve(port1.close()) });
  },
};

/** The client of the CLI and the demo, with an API token of the wanted role and scope. */
const rpc: Transport = {
  name: "RPC over HTTP",
  connect: async (server, who) => {
    const { url, token } = await tokenFor(server, who);
    return { client: contractClient({ url, token }), cut: () => server.stop() };
  },
};

/** What a stranger's program does with the OpenAPI document. */
const rest: Transport = {
  name: "REST",
  connect: async (server, who) => {
    const { url, token } = await tokenFor(server, who);
    const link = new OpenAPILink(contract, { url: `${url}/api/v1`, headers: { authorization: `Bearer ${token}` } });
    // Why the type argument: no type of the contract changes on its way through JSON, which the suite shows.
    return { client: createORPCClient<ContractClient>(link), cut: () => server.stop() };
  },
};

/** Every transport that the behaviour suite runs over. */
export const TRANSPORTS: readonly Transport[] = [IN_PROCESS, messagePort, rpc, rest];

/** The two that strangers can reach. */
export const HTTP_TRANSPORTS: readonly Transport[] = [rpc, rest];

async function tokenFor(server: RunningServer, who: Principal): Promise<{ readonly url: string; readonly token: string }> {
  const { secret } = await server.opened.plane.access.createToken(who, { label: "contract test", role: who.role, fleets: who.fleets });
  return { url: server.urls[0] ?? "", token: secret };
}
