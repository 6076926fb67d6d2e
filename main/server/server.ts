import { createServer, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { join } from "node:path";
import type { Logger } from "#main/control-plane/ports/logger.ts";
import { removeRunningFile, writeRunningFile } from "#main/node/running-file.ts";
import { systemIds } from "#main/adapters/system/system-ids.ts";
import type { Principal } from "#shared/domain/access/permission.ts";
import { AGENT_PATHS } from "#shared/protocol/limits.ts";
import { localAgentProgram } from "./agent-program.ts";
import { Callers } from "./http/callers.ts";
import { linkUpgrade } from "./http/link-upgrade.ts";
import { loginAddress } from "./http/login-mount.ts";
import { requestHandler, type Readiness } from "./http/request-handler.ts";
import { makeRoutes } from "./http/routes.ts";
import { upgradeHandler } from "./http/upgrade-handler.ts";
import { certificateNames, planListen, reachableUrls } from "./listen-address.ts";
import { listen } from "./listen.ts";
import { readMachineNames, readUserName } from "./machine.ts";
import { openControlPlane, type OpenedControlPlane } from "./open-control-plane.ts";
import { stopListening, trackConnections, type Connections } from "./stop-listening.ts";
import { ownCertificate, readCertificate, type CertificateFiles, type ServerCertificate } from "./tls/server-certificate.ts";
import { VERSION } from "./version.ts";

/** How a server is started. */
export type ServerOptions = {
  readonly dataFolder: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** An address beyond loopback makes it reachable for other machines, with TLS. */
  readonly listen?: string | undefined;
  /** An operator's own certificate; without one the server makes its own. */
  readonly certificate?: CertificateFiles | undefined;
  readonly logger: Logger;
  /** The build of the console. */
  readonly consoleFolder?: string;
  readonly shell?: "desktop" | "server";
};

/** A server that answers. */
export type RunningServer = {
  /** Best first. */
  readonly urls: readonly string[];
  readonly port: number;
  readonly certificatePin: string | undefined;
  readonly opened: OpenedControlPlane;
  /** Makes a one-time link that logs a browser in as the user who runs this process. */
  loginLink(): Promise<string>;
  /** Sends agents away with a time to come back, finishes what is under way, and gives the data folder back. */
  stop(): Promise<void>;
};

/** `dist/renderer`, seen from the sources and from the bundle alike. */
const CONSOLE_FOLDER = join(import.meta.dirname, import.meta.filename.endsWith(".ts") ? "../../dist/renderer" : "../renderer");

/** How long the head of a request may take, and a whole request with a piece of an upload. */
const HEAD_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 10 * 60_000;

/**
 * Starts a control plane with its HTTP server, and announces it in the data folder.
 *
 * @throws AppError ENV_PORT_IN_USE, ENV_DATA_IN_USE, ENV_DATA_NEWER, ENV_DATA_CORRUPT, ENV_DISK_FULL, INPUT_INVALID;
 *   nothing runs afterwards.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const server = new RollcallServer(options);
  await server.start();
  return server;
}

class RollcallServer implements RunningServer {
  readonly #options: ServerOptions;
  readonly #plan: ReturnType<typeof planListen>;
  readonly #machine = readMachineNames();
  readonly #runToken = systemIds.secret();
  readonly #runPrincipal: Principal = { name: `user:${readUserName()}`, role: "administrator", fleets: "all", local: true };
  #opened: OpenedControlPlane | undefined;
  #http: { readonly server: Server; readonly connections: Connections } | undefined;
  #certificate: ServerCertificate | undefined;
  #readiness: Readiness = "starting";
  #stopping: Promise<void> | undefined;
  port = 0;

  constructor(options: ServerOptions) {
    this.#options = options;
    this.#plan = planListen(options.listen);
  }

  get urls(): readonly string[] {
    return this.#readiness === "starting" && this.port === 0 ? [] : reachableUrls(this.#plan, this.port, this.#machine);
  }

  get certificatePin(): string | undefined {
    return this.#certificate?.pin;
  }

  get opened(): OpenedControlPlane {
    if (this.#opened === undefined) throw new TypeError("the server has not started");
    return this.#opened;
  }

  async start(): Promise<void> {
    const { dataFolder, logger } = this.#options;
    this.#opened = await openControlPlane(this.#shellFacts(), logger);
    try {
      this.#certificate = await this.#findCertificate();
      const server = this.#makeServer();
      this.#http = { server, connections: trackConnections(server) };
      this.port = await listen(server, this.#plan.host, this.#options.port);
      await this.#opened.plane.start();
      this.#readiness = "ready";
      const running = { pid: process.pid, url: this.#localUrl(), token: this.#runToken, startedAt: Date.now() };
      await writeRunningFile(dataFolder, running);
    } catch (thrown) {
      await this.stop();
      throw thrown;
    }
    logger.info({ urls: this.urls, dataFolder, version: VERSION }, "the control plane is ready");
  }

  async loginLink(): Promise<string> {
    const { secret } = await this.opened.plane.access.createLoginLink(this.#runPrincipal);
    return loginAddress(this.#localUrl(), secret);
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    this.#readiness = "stopping";
    await removeRunningFile(this.#options.dataFolder);
    if (this.#http !== undefined) await stopListening(this.#http.server, this.#http.connections, () => this.opened.plane.hosts.link.stop());
    await this.#opened?.close();
  }

  #shellFacts() {
    return {
      shell: this.#options.shell ?? "server",
      version: VERSION,
      dataFolder: this.#options.dataFolder,
      listenUrls: () => this.urls,
      certificatePin: () => this.certificatePin,
      localAgent: () => (this.#plan.isPublic || this.opened.plane.settings.current.publicUrls.length > 0 ? undefined : localAgentProgram()),
      loginUrl: (secret: string) => loginAddress(this.opened.plane.settings.current.publicUrls[0] ?? this.urls[0] ?? "", secret),
    };
  }

  #findCertificate(): Promise<ServerCertificate> | undefined {
    const { certificate, dataFolder } = this.#options;
    if (certificate !== undefined) return readCertificate(certificate);
    return this.#plan.isPublic ? ownCertificate(dataFolder, certificateNames(this.#plan, this.#machine)) : undefined;
  }

  #makeServer(): Server {
    const handler = requestHandler({
      readiness: () => this.#readiness,
      route: makeRoutes(this.#routeParts()),
      ownNames: () => this.#ownNames(),
      logger: this.#options.logger,
      nowMs: () => performance.now(),
    });
    const limits = { headersTimeout: HEAD_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS, keepAliveTimeout: 65_000, maxHeaderSize: 16_384 };
    const tls = this.#certificate && {
      cert: this.#certificate.certificate,
      key: this.#certificate.privateKey,
      minVersion: "TLSv1.2" as const,
    };
    const http = tls === undefined ? createServer(limits, handler) : createTlsServer({ ...limits, ...tls }, handler);
    http.on(
      "upgrade",
      upgradeHandler({
        path: AGENT_PATHS.link,
        serve: linkUpgrade(this.opened.plane.hosts.link),
        isReady: () => this.#readiness === "ready",
        ownNames: () => this.#ownNames(),
      }),
    );
    return http;
  }

  #routeParts() {
    const cookie = () => ({ port: this.port, isSecure: this.#certificate !== undefined });
    const callers = new Callers({ plane: this.opened.plane, runToken: this.#runToken, runPrincipal: this.#runPrincipal, cookie });
    const consoleFolder = this.#options.consoleFolder ?? CONSOLE_FOLDER;
    return { opened: this.opened, callers, cookie, logger: this.#options.logger, consoleFolder, nowMs: () => performance.now() };
  }

  /** Names by which browsers and agents may call this server, beside bare addresses. */
  #ownNames(): ReadonlySet<string> {
    const named = [...this.opened.plane.settings.current.publicUrls, ...this.urls].map((url) => new URL(url).hostname.toLowerCase());
    return new Set([...named, this.#machine.hostname]);
  }

  /** For programs of this machine. */
  #localUrl(): string {
    return this.urls.find((url) => new URL(url).hostname === "127.0.0.1") ?? this.urls[0] ?? "";
  }
}
