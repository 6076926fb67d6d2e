import { AGENT_PATHS } from "#shared/protocol/limits.ts";
import type { Logger } from "#main/control-plane/ports/logger.ts";
import type { OpenedControlPlane } from "../open-control-plane.ts";
import { VERSION } from "../version.ts";
import { agentMount } from "./agent-mount.ts";
import { apiMount } from "./api-mount.ts";
import type { Callers } from "./callers.ts";
import { consoleMount } from "./console-mount.ts";
import { restHandler, rpcHandler } from "./contract-handlers.ts";
import type { Exchange } from "./exchange.ts";
import { FailureLimit } from "./failure-limit.ts";
import { metricsMount } from "./metrics-mount.ts";
import { loginMount } from "./login-mount.ts";
import { registryMount } from "./registry-mount.ts";
import { permitReading } from "./permits.ts";
import { sendJson } from "./send-json.ts";
import { trustMount } from "./trust-mount.ts";

/** Answers one request, or throws what is answered as a failure. */
export type Mount = (exchange: Exchange) => Promise<void>;

/** What the mounts are made of. */
export type RouteParts = {
  readonly opened: OpenedControlPlane;
  readonly callers: Callers;
  readonly logger: Logger;
  readonly consoleFolder: string;
  readonly nowMs: () => number;
};

/** Guesses of one address at secrets that nobody can guess: enough for mistakes. */
const GUESSES = { failures: 20, windowMs: 60_000 };

/** Finds the mount of a path. Every path has one, the console's being the last. */
export function makeRoutes(parts: RouteParts): (path: string) => Mount {
  const { plane, blobs } = parts.opened;
  const { callers, logger } = parts;
  const rpc = once(() => Promise.resolve(rpcHandler(plane.router)));
  const trust = trustMount({
    trust: plane.trust,
    blobs,
    authorise: (request) => permitReading(callers, request, () => Promise.resolve(true)),
    logger,
  });
  const registry = registryMount({
    registry: plane.registry,
    remote: plane.remoteArtifacts,
    authorise: (request, { productId, digest }) =>
      permitReading(callers, request, (host) =>
        productId === undefined ? Promise.resolve(true) : plane.hosts.mayReadBlob(host, { productId, sha256: digest }),
      ),
    pace: async (request, bytes) => {
      const host = await callers.hostOf(request);
      return host === undefined ? bytes : plane.hosts.downloads.pace(host, bytes);
    },
    logger,
  });
  const limit = new FailureLimit(GUESSES, parts.nowMs);
  const login = loginMount({ access: plane.access, clock: { now: () => Date.now() }, limit, callers });
  const table: readonly (readonly [string, Mount])[] = [
    ["/login", login],
    ["/logout", login],
    ["/rpc", apiMount({ prefix: "/rpc", handler: rpc, callers, logger })],
    ["/api/v1/openapi.json", openApiMount()],
    ["/api/v1", apiMount({ prefix: "/api/v1", handler: once(() => restHandler(plane.router)), callers, logger })],
    [AGENT_PATHS.trustMetadata, ({ request, response }) => trust(request, response)],
    [AGENT_PATHS.trustTargets, ({ request, response }) => trust(request, response)],
    [AGENT_PATHS.registry, ({ request, response }) => registry(request, response)],
    ["/metrics", metricsMount({ metrics: plane.metrics, callers })],
    ["/uploads", uploadsRoute(parts)],
    ["/agent/v1", agentMount({ hosts: plane.hosts, limit: new FailureLimit(GUESSES, parts.nowMs) })],
  ];
  const fallback = consoleMount(parts.consoleFolder);
  return (path) => table.find(([prefix]) => path === prefix || path.startsWith(`${prefix}/`))?.[1] ?? fallback;
}

/** Uploads by tus, which is loaded when the first one comes. */
function uploadsRoute({ opened, callers, logger }: RouteParts): Mount {
  const { plane, uploadFiles: files, uploadFolder: folder } = opened;
  const mount = once(async () => {
    const { uploadsMount } = await import("./uploads-mount.ts");
    return uploadsMount({ uploads: plane.uploads, files, folder, maxBytes: () => plane.settings.current.maxUploadBytes, logger });
  });
  return async ({ request, response }) => {
    const principal = await callers.requirePrincipal(request);
    await (
      await mount()
    )(request, response, principal);
  };
}

function openApiMount(): Mount {
  const document = once(async () => (await import("./openapi-document.ts")).openApiDocument(VERSION));
  return async ({ response }) => sendJson(response, 200, await document());
}

/** Makes something when it is first asked for; a failure is tried again. */
function once<T extends object>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make().catch((thrown: unknown) => {
      made = undefined;
      throw thrown;
    });
    return made;
  };
}
