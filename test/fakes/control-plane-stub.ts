import { randomBytes, randomUUID } from "node:crypto";
import { EventEmitter, once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { json } from "node:stream/consumers";
import { WebSocketServer, type WebSocket } from "ws";
import { hostId, commandId, fleetId, grantId, groupId, type CommandId, type GrantId } from "#shared/lib/ids.ts";
import type { AgentFrame, ReportBody, ReportFrame } from "#shared/protocol/agent-frames.ts";
import type { CommandBody, ControlFrame, DesiredApplication } from "#shared/protocol/control-frames.ts";
import { enrolRequest, type EnrolmentTokenDocument } from "#shared/protocol/enrolment.ts";
import { AGENT_PATHS, MAX_FRAME_BYTES } from "#shared/protocol/limits.ts";
import type { TailedFrame } from "#shared/protocol/log-tail.ts";
import { pollRequest } from "#shared/protocol/polling.ts";
import { enrolmentBytes } from "#shared/protocol/signing.ts";
import { StubFiles } from "./control-plane-stub-files.ts";
import { StubPolls } from "./control-plane-stub-polls.ts";
import { publishTo, type StubPublication, type StubRelease } from "./control-plane-stub-releases.ts";
import { isSignedBy, StubSession, type StubMind } from "./control-plane-stub-session.ts";
import { TufRepository } from "./tuf-repository.ts";

type Ack = Extract<AgentFrame, { type: "ack" }>;
type Hello = Extract<AgentFrame, { type: "hello" }>;
type Phase = Extract<ReportBody, { kind: "phase" }>;

/** A certificate to serve TLS with, and its pin. */
export type StubTls = { readonly key: string; readonly cert: string; readonly pin: string };

/**
 * A control plane that speaks the agent's side of the wire for real (HTTP, WebSocket, polling, TUF, blobs) and does what
 * the test says. It keeps every report, checks every signature and number, and calls whatever an agent does wrong a
 * problem.
 */
export class ControlPlaneStub implements StubMind {
  readonly repository = new TufRepository();
  readonly files = new StubFiles(this.repository);
  readonly hostKeys = new Map<string, string>();
  readonly committed = new Map<string, number>();
  readonly reports: ReportFrame[] = [];
  readonly hellos: Hello[] = [];
  readonly acks: Ack[] = [];
  readonly tailed: TailedFrame[] = [];
  readonly problems: string[] = [];
  readonly accessToken = randomBytes(32).toString("base64url");
  readonly enrolments: { status: number; answer: object }[] = [];
  readonly secret = randomBytes(32).toString("base64url");
  farewell: StubMind["farewell"];
  withholdAcks = false;
  stateIntervalMs = 500;
  /** How long `until` waits for what does not come. */
  giveUpMs = 25_000;
  /** Sends the go by itself when a host reports `staged`. */
  givesGo = true;
  allowsUpgrade = true;
  /** For how long hosts keep a release out that they revert; without it their own default. */
  quarantineMs: number | undefined;
  links = 0;
  readonly #server: Server;
  readonly #tls: StubTls | undefined;
  readonly #polls = new StubPolls(this);
  readonly #changes = new EventEmitter().setMaxListeners(0);
  readonly #sockets = new Set<WebSocket>();
  #session: StubSession | undefined;
  #desired: DesiredApplication[] = [];
  #pair = { epoch: 1, revision: 0 };

  private constructor(tls: StubTls | undefined) {
    this.#tls = tls;
    this.files.accessToken = this.accessToken;
    const serve = (request: IncomingMessage, response: ServerResponse): void => {
      this.#serve(request, response).catch((thrown: unknown) => {
        this.onProblem(String(thrown));
        response.destroy();
      });
    };
    this.#server = tls === undefined ? createServer(serve) : createSecureServer({ key: tls.key, cert: tls.cert }, serve);
    this.#acceptUpgrades();
  }

  /** Starts on a free port of loopback. */
  static async start(tls?: StubTls): Promise<ControlPlaneStub> {
    const stub = new ControlPlaneStub(tls);
    stub.#server.listen(0, "127.0.0.1");
    await once(stub.#server, "listening");
    return stub;
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new TypeError("the stub does not listen");
    return `${this.#tls === undefined ? "http" : "https"}://127.0.0.1:${address.port}`;
  }

  /** A token for this control plane; `change` spoils it. */
  token(change: Partial<EnrolmentTokenDocument> = {}): EnrolmentTokenDocument {
    return {
      urls: [this.url],
      ...(this.#tls && { certificatePin: this.#tls.pin }),
      fleetId: fleetId.parse(randomUUID()),
      groupId: groupId.parse(randomUUID()),
      secret: this.secret,
      trustRoot: this.repository.rootSha256,
      expiresAt: Date.now() + 600_000,
      ...change,
    };
  }

  publish(publication: StubPublication): StubRelease {
    return publishTo(this.repository, this.files, publication);
  }

  /** Wants a release on the host, under a new grant unless it is held; `beside` what is wanted of other applications. */
  desire(
    release: StubRelease,
    options: {
      readonly leaseMs?: number;
      readonly hold?: string;
      readonly grant?: GrantId;
      readonly passesLocks?: boolean;
      readonly beside?: boolean;
    } = {},
  ): GrantId {
    const id = options.grant ?? grantId.parse(randomUUID());
    const passes = options.passesLocks === undefined ? {} : { passesLocks: options.passesLocks };
    const grant =
      options.hold === undefined ? { grant: { grantId: id, leaseMs: options.leaseMs ?? 60_000, ...passes } } : { hold: options.hold };
    const others = this.#desired.filter((one) => options.beside === true && one.applicationId !== release.applicationId);
    this.#desired = [...others, { ...release, ...grant }];
    this.#pair = { ...this.#pair, revision: this.#pair.revision + 1 };
    this.#sendDesired();
    return id;
  }

  /** Wants nothing of any application any more. */
  leaveAlone(): void {
    this.#desired = [];
    this.#pair = { ...this.#pair, revision: this.#pair.revision + 1 };
    this.#sendDesired();
  }

  go(id: GrantId, leaseMs = 60_000): void {
    this.send({ type: "go", grantId: id, leaseMs });
  }

  /** Halts, and waits for the acknowledgement. */
  async halt(grants: "all" | GrantId[]): Promise<readonly GrantId[]> {
    const haltId = randomUUID();
    this.send({ type: "halt", haltId, grants });
    const ack = await this.until(() => this.acks.find((one) => one.of === "halt" && one.haltId === haltId));
    return ack.of === "halt" ? ack.switching : [];
  }

  command(body: CommandBody, ttlMs = 60_000, id: CommandId = commandId.parse(randomUUID())): CommandId {
    this.send({ type: "command", commandId: id, ttlMs, body });
    return id;
  }

  send(frame: ControlFrame): void {
    this.#session?.send(frame);
  }

  /** Sends what no schema would let through, over the WebSocket. */
  sendRaw(document: object): void {
    for (const socket of this.#sockets) socket.send(JSON.stringify(document));
  }

  /** Cuts every link, as a network does. */
  dropLinks(): void {
    for (const socket of this.#sockets) socket.terminate();
    this.#polls.end();
    this.#session = undefined;
  }

  /** Waits until `look` finds something, looking again after every frame that arrives. Says what it saw when it gives up. */
  async until<T>(look: () => T | undefined): Promise<T> {
    const signal = AbortSignal.timeout(this.giveUpMs);
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      try {
        await once(this.#changes, "change", { signal });
      } catch {
        const phases = this.phases().map(
          ({ phase, failure }) => `${phase}${failure === undefined ? "" : ` (${failure.cause}: ${failure.message})`}`,
        );
        throw new Error(`gave up; ${this.links} links, phases ${phases.join(", ")}; problems: ${this.problems.join("; ")}`);
      }
    }
  }

  /** Waits for the report of a phase, of a release if one is named. */
  untilPhase(phase: Phase["phase"], of?: { readonly releaseId: string }, grant?: GrantId): Promise<Phase> {
    return this.until(() =>
      this.phases().find(
        (body) =>
          body.phase === phase && (of === undefined || body.releaseId === of.releaseId) && (grant === undefined || body.grantId === grant),
      ),
    );
  }

  /** Waits for the outcome of a command. */
  untilCommand(id: CommandId): Promise<Extract<ReportBody, { kind: "command" }>> {
    return this.until(
      () =>
        this.reports.map(({ body }) => body).find((body) => body.kind === "command" && body.commandId === id) as
          | Extract<ReportBody, { kind: "command" }>
          | undefined,
    );
  }

  /** Every phase that was reported, in order. */
  phases(): Phase[] {
    return this.reports.map(({ body }) => body).filter((body) => body.kind === "phase");
  }

  async stop(): Promise<void> {
    this.dropLinks();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  onHello(session: StubSession, hello: Hello): void {
    this.#session = session;
    this.hellos.push(hello);
    this.#sendDesired();
    const staged = hello.applications.find((one) => one.phase === "staged");
    if (this.givesGo && staged?.grantId !== undefined) this.go(staged.grantId);
    this.#changes.emit("change");
  }

  onReport(report: ReportFrame): void {
    this.reports.push(report);
    const { body } = report;
    if (this.givesGo && body.kind === "phase" && body.phase === "staged" && body.grantId !== undefined) this.go(body.grantId);
    this.#changes.emit("change");
  }

  onTailed(piece: TailedFrame): void {
    this.tailed.push(piece);
    this.#changes.emit("change");
  }

  onAck(ack: Ack): void {
    this.acks.push(ack);
    this.#changes.emit("change");
  }

  onProblem(problem: string): void {
    this.problems.push(problem);
    this.#changes.emit("change");
  }

  #sendDesired(): void {
    this.send({
      type: "desired",
      pair: this.#pair,
      applications: this.#desired,
      ...(this.quarantineMs && { quarantineMs: this.quarantineMs }),
    });
  }

  #acceptUpgrades(): void {
    const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_FRAME_BYTES });
    this.#server.on("upgrade", (request, socket, head) => {
      // An agent that is killed while it is refused; the one that was let in is listened to below.
      socket.on("error", () => undefined);
      if (!this.allowsUpgrade || request.url !== AGENT_PATHS.link)
        return void socket.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
      sockets.handleUpgrade(request, socket, head, (ws) => {
        this.links += 1;
        this.#sockets.add(ws);
        const session = new StubSession(this, { send: (frame) => ws.send(JSON.stringify(frame)), close: (code) => ws.close(code) });
        ws.on("message", (data: Buffer) => session.receive(JSON.parse(data.toString("utf8"))));
        ws.on("close", () => this.#sockets.delete(ws));
        ws.on("error", () => undefined);
      });
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? "";
    if (await this.files.serve(request, response, path)) return;
    if (path === AGENT_PATHS.enrol) return this.#enrol(request, response);
    if (path === AGENT_PATHS.poll) {
      const answer = await this.#polls.serve(pollRequest.parse(await json(request)));
      response.writeHead(answer === undefined ? 401 : 200, { "Content-Type": "application/json" });
      return void response.end(JSON.stringify(answer ?? { code: "TRANSPORT_CLOSED", message: "This polling session is over." }));
    }
    response.writeHead(404).end();
  }

  async #enrol(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = enrolRequest.parse(await json(request));
    const { signature, ...unsigned } = asked;
    if (!isSignedBy(asked.publicKey, enrolmentBytes(unsigned), signature)) this.onProblem("an enrolment with a wrong signature");
    const scripted = this.enrolments.shift();
    const isKnown = asked.secret === this.secret;
    const id = hostId.parse(randomUUID());
    if (scripted === undefined && isKnown) this.hostKeys.set(id, asked.publicKey);
    const usual = isKnown
      ? { status: 200, answer: { v: 1, hostId: id, state: "active", trustRoot: this.repository.rootBytes.toString("base64") } }
      : { status: 401, answer: { code: "ENROL_TOKEN_UNKNOWN", message: "This token is not known; nothing was registered." } };
    const { status, answer } = scripted ?? usual;
    response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(answer));
    this.#changes.emit("change");
  }
}
