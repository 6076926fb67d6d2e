import { join } from "node:path";
import type { StartDeltaProcess } from "#main/adapters/delta-process/delta-messages.ts";
import { openEncryptedFileSecrets } from "#main/adapters/encrypted-file-secrets/open-encrypted-file-secrets.ts";
import type { Logger } from "#main/control-plane/ports/logger.ts";
import { removeRunningFile, writeRunningFile } from "#main/node/running-file.ts";
import { systemIds } from "#main/adapters/system/system-ids.ts";
import type { Principal } from "#shared/domain/access/permission.ts";
import { AGENT_PATHS } from "#shared/protocol/limits.ts";
import { localAgentProgram } from "./agent-program.ts";
import { HttpListener, type Handlers } from "./http-listener.ts";
import { Callers } from "./http/callers.ts";
import { linkUpgrade } from "./http/link-upgrade.ts";
import { loginAddress } from "./http/login-mount.ts";
import { requestHandler, type Readiness } from "./http/request-handler.ts";
import { makeRoutes } from "./http/routes.ts";
import { upgradeHandler } from "./http/upgrade-handler.ts";
import { certificateNames, planListen, reachableUrls } from "./listen-address.ts";
import { readMachineNames, readUserName } from "./machine.ts";
import { openControlPlane, type OpenedControlPlane, type OpenSecrets } from "./open-control-plane.ts";
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
  /** Where the secrets lie; without it in an encrypted file, under a key of its own in the data folder. */
  readonly openSecrets?: OpenSecrets | undefined;
  /** How processes that make deltas are started; without it as this Node forks them. */
  readonly startDeltaProcess?: StartDeltaProcess | undefined;
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
  /** For programs and browsers of this machine: always plain HTTP on loopback. */
  readonly localUrl: string;
  readonly certificatePin: string | undefined;
  readonly opened: OpenedControlPlane;
  /** Makes a one-time link that logs a browser in as the user who runs this process. */
  loginLink(): Promise<string>;
  /** Sends agents away with a time to come back, finishes what is under way, and gives the data folder back. */
  stop(): Promise<void>;
};

const openOwnSecrets: OpenSecrets = (dataFolder) => openEncryptedFileSecrets(dataFolder, { kind: "own-key" });

/** `dist/renderer`, seen from the sources and from the bundle alike. */
const CONSOLE_FOLDER = join(import.meta.dirname, import.meta.filename.endsWith(".ts") ? "../../dist/renderer" : "../renderer");

/**
 * Starts a control plane with its HTTP server, and announces it in the data folder.
 *
 * @throws AppError ENV_PORT_IN_USE, ENV_DATA_IN_USE, ENV_DATA_NEWER, ENV_DATA_CORRUPT, ENV_SECRETS_LOCKED, ENV_DISK_FULL, INPUT_INVALID;
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
  #listeners: HttpListener[] = [];
  #certificate: ServerCertificate | undefined;
  #readiness: Readiness = "starting";
  #stopping: Promise<void> | undefined;
  port = 0;
  localUrl = "";

  constructor(options: ServerOptions) {
    this.#options = options;
    this.#plan = planListen(options.listen, options.certificate !== undefined);
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
    const { dataFolder, logger, openSecrets = openOwnSecrets, startDeltaProcess } = this.#options;
    this.#opened = await openControlPlane(this.#shellFacts(), logger, openSecrets, startDeltaProcess);
    try {
      this.#certificate = await this.#findCertificate();
      await this.#listen();
      await this.#opened.plane.start();
      this.#readiness = "ready";
      const running = { pid: process.pid, url: this.localUrl, token: this.#runToken, startedAt: Date.now() };
      await writeRunningFile(dataFolder, running);
    } catch (thrown) {
      await this.stop();
      throw thrown;
    }
    logger.info({ urls: this.urls, dataFolder, version: VERSION }, "the control plane is ready");
  }

  async loginLink(): Promise<string> {
    const { secret } = await this.opened.plane.access.createLoginLink(this.#runPrincipal);
    return loginAddress(this.urls[0] ?? this.localUrl, secret);
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    this.#readiness = "stopping";
    await removeRunningFile(this.#options.dataFolder);
    await Promise.all(this.#listeners.map((listener) => listener.stop(() => this.opened.plane.hosts.link.stop())));
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
    return this.#plan.isPublic ? ownCertificate(dataFolder, this.opened.secrets, certificateNames(this.#plan, this.#machine)) : undefined;
  }

  /** Beyond loopback there is a second listener for this machine: its programs need not know our certificate. */
  async #listen(): Promise<void> {
    const handlers = this.#handlers();
    const main = new HttpListener(handlers, this.#certificate);
    this.#listeners.push(main);
    this.port = await main.listen(this.#plan.host, this.#options.port);
    this.localUrl = this.urls[0] ?? "";
    if (this.#certificate === undefined) return;
    const local = new HttpListener(handlers, undefined);
    this.#listeners.push(local);
    this.localUrl = `http://127.0.0.1:${await local.listen("127.0.0.1", 0)}`;
  }

  #handlers(): Handlers {
    const { logger } = this.#options;
    const { plane } = this.opened;
    const callers = new Callers({ plane, runToken: this.#runToken, runPrincipal: this.#runPrincipal });
    const consoleFolder = this.#options.consoleFolder ?? CONSOLE_FOLDER;
    const nowMs = (): number => performance.now();
    const ownNames = () => this.#ownNames();
    const route = makeRoutes({ opened: this.opened, callers, logger, consoleFolder, nowMs });
    const serve = linkUpgrade(plane.hosts.link);
    return {
      request: requestHandler({ readiness: () => this.#readiness, route, ownNames, logger, nowMs }),
      upgrade: upgradeHandler({ path: AGENT_PATHS.link, serve, isReady: () => this.#readiness === "ready", ownNames }),
    };
  }

  /** Names by which browsers and agents may call this server, beside bare addresses. */
  #ownNames(): ReadonlySet<string> {
    const named = [...this.opened.plane.settings.current.publicUrls, ...this.urls].map((url) => new URL(url).hostname.toLowerCase());
    return new Set([...named, this.#machine.hostname]);
  }
}
