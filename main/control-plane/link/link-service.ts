import type { Settings } from "#shared/contract/administration.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { hostId, type ApplicationId, type HostId } from "#shared/lib/ids.ts";
import { LINK_CLOSE } from "#shared/protocol/limits.ts";
import type { PollRequest, PollResponse } from "#shared/protocol/polling.ts";
import type { Store, StoredEvent } from "../db/store.ts";
import type { Cancel, Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";
import type { Logger } from "../ports/logger.ts";
import type { SecretStore } from "../ports/secret-store.ts";
import type { HostLink } from "../rollout/host-link.ts";
import { Tally } from "../metrics/tally.ts";
import type { HostSeam } from "../rollout/host-seam.ts";
import { ACCESS_RENEWAL_MS, AccessTokens } from "./access-tokens.ts";
import { CommandCourier } from "./command-courier.ts";
import { DesiredCourier } from "./desired-courier.ts";
import { restartWindow } from "./farewell.ts";
import { HaltDesk } from "./halt-desk.ts";
import { writeAllDisconnected, writeConnection } from "./hot/link-rows.ts";
import type { LinkContext } from "./link-context.ts";
import { LinkSession } from "./link-session.ts";
import { loadAccessKey } from "./access-key.ts";
import { loadLinkSettings } from "./link-settings.ts";
import type { LinkSocket } from "../ports/link-socket.ts";
import { LiveNotices } from "./live-notices.ts";
import type { OpenLink } from "./open-link.ts";
import { paced } from "./paced.ts";
import { PollDesk } from "./poll-desk.ts";
import { PresenceBoard, type PresenceChange } from "./presence-board.ts";
import { recordClone } from "./record-clone.ts";
import { ReportGate } from "./report-gate.ts";
import { RefusalLog } from "./refusal-log.ts";
import { TailDesk } from "./tail-desk.ts";

/** How often silent links, ending tokens and expired commands are looked for. */
export const SWEEP_MS = 5_000;

/** A link is silent after this many missed state reports, or this long, whichever is later. */
const MISSED_STATES = 3;
const SILENT_MS = 15_000;

type Deps = {
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  readonly seam: HostSeam;
  readonly secrets: SecretStore;
  readonly settings: () => Settings;
  /** Where links and commands are counted. */
  readonly tally?: Tally;
};

/**
 * The control plane's side of the agent link, without a transport: shells hand in sockets (or polling requests), the
 * rollout engine is told through its seam what hosts say, and reaches them through {@link HostLink}.
 */
export class LinkService {
  readonly #deps: Deps;
  readonly #context: LinkContext;
  readonly #notices: LiveNotices;
  readonly #polls: PollDesk;
  /** Orders to hosts: rows first, then frames. */
  readonly commands: CommandCourier;
  readonly #tally: Tally;
  #tokens = new AccessTokens("");
  #epoch = 1;
  #isRunning = false;
  #cancels: (() => void)[] = [];
  #cancelSweep: Cancel = () => undefined;

  constructor(deps: Deps) {
    this.#deps = deps;
    const { store, clock, ids, logger, seam, settings } = deps;
    this.#notices = new LiveNotices(store, clock, logger);
    const presence = new PresenceBoard(clock, (change) => this.#presenceChanged(change));
    this.#tally = deps.tally ?? new Tally();
    this.commands = new CommandCourier({ store, clock, ids, logger, presence, notices: this.#notices, tally: this.#tally });
    const gate = new ReportGate(clock);
    this.#context = {
      gate,
      store,
      clock,
      ids,
      logger,
      seam,
      settings,
      presence,
      tokens: () => this.#tokens,
      desired: new DesiredCourier({ store, clock, logger, seam, presence, settings, epoch: () => this.#epoch }),
      commands: this.commands,
      halts: new HaltDesk(clock, ids, presence),
      tails: new TailDesk(clock, ids, presence),
      refusals: new RefusalLog(store, clock, logger),
    };
    this.#polls = new PollDesk(clock, ids, (socket, remote) => this.accept(socket, remote));
  }

  /** The way to connected hosts that the rollout engine uses. */
  get hostLink(): HostLink {
    const { desired, halts, gate, presence } = this.#context;
    return {
      notify: (hostIds) => desired.notify(hostIds),
      sendGo: (host, grantId, leaseMs) => presence.trusted(host)?.send({ type: "go", grantId, leaseMs }),
      halt: (orders, withinMs) => gate.during(new Set(orders.map((order) => order.hostId)), halts.halt(orders, withinMs)),
    };
  }

  /** Follows an application's output on a connected host. @throws as {@link TailDesk.follow} does. */
  followLog(hostId: HostId, applicationId: ApplicationId, signal: AbortSignal | undefined): Promise<AsyncGenerator<string>> {
    return this.#context.tails.follow(hostId, applicationId, signal);
  }

  /** Before the first host may connect: reads keys and epoch, and takes back what a killed process left as connected. */
  async start(): Promise<void> {
    const settings = await loadLinkSettings(this.#deps.store);
    this.#tokens = new AccessTokens(await loadAccessKey(this.#deps.secrets, this.#deps.ids));
    this.#epoch = settings.epoch;
    await this.#deps.store.hot(writeAllDisconnected);
    this.#deps.seam.attach(this.hostLink);
    this.#cancels.push(this.#deps.store.onCommitted((events) => this.#heard(events)));
    this.#isRunning = true;
    this.#scheduleSweep();
  }

  /** Sends every host away with a window in which to come back, and writes that nobody is connected. */
  async stop(): Promise<void> {
    if (!this.#isRunning) return;
    this.#isRunning = false;
    this.#cancelSweep();
    for (const cancel of this.#cancels.splice(0)) cancel();
    const links = [...this.#context.presence.everyLink()];
    const retry = restartWindow(links.length);
    const message = "The control plane is stopping.";
    for (const link of links) link.leave({ type: "bye", code: "TRANSPORT_CLOSED", message, retry }, LINK_CLOSE.restarting);
    await this.#deps.store.hot(writeAllDisconnected);
    await this.#notices.flush();
  }

  /** A new connection. The transport feeds the session it gets back. */
  accept(socket: LinkSocket, remote: string): LinkSession {
    const session = new LinkSession(this.#context, socket, remote);
    if (!this.#isRunning) session.end(new AppError("TRANSPORT_CLOSED", "The control plane is stopping."));
    return session;
  }

  /** One request of the long-poll fallback; throws as {@link PollDesk.serve} does. */
  poll(request: PollRequest, remote: string, signal: AbortSignal): Promise<PollResponse> {
    return this.#polls.serve(request, remote, signal);
  }

  /** The active host that holds this access token, or undefined. */
  async hostOfAccessToken(token: string): Promise<{ readonly hostId: HostId; readonly fleetId: string } | undefined> {
    const host = this.#tokens.hostOf(token, this.#deps.clock.now());
    if (host === undefined) return undefined;
    const row = await this.#deps.store.read.selectFrom("hosts").select(["fleetId", "state"]).where("id", "=", host).executeTakeFirst();
    return row?.state === "active" ? { hostId: host, fleetId: row.fleetId } : undefined;
  }

  /** Hosts with a live link. */
  get connectedHosts(): number {
    return this.#context.presence.connectedHosts;
  }

  #presenceChanged(change: PresenceChange): void {
    if (!this.#isRunning) return;
    const { store, clock, logger } = this.#deps;
    store
      .hot((raw) => writeConnection(raw, change.hostId, change.to, clock.now()))
      .then(() => this.#presenceCommitted(change))
      .catch((failure: unknown) => logger.error({ err: failure, hostId: change.hostId }, "a host's connection was not written"));
  }

  #presenceCommitted({ hostId: id, fleetId, from, to }: PresenceChange): void {
    this.#tally.add("rollcall_link_changes_total", { to });
    this.#notices.add({ topic: `host.${to}`, ids: { hostId: id }, fleetId });
    if (to === "cloned" || from === "cloned") this.#cloneVerdict({ hostId: id, fleetId }, to === "cloned");
    // A host that merely connects is looked at once it has said hello; ten thousand at a time are not looked at twice.
    if (from === "absent") return;
    this.#deps.seam.hostChanged(id);
    if (to === "connected") this.#context.desired.notify([id]);
  }

  /** Both machines stop what they have not begun; people see it on the timeline and in the audit. */
  #cloneVerdict(host: Pick<PresenceChange, "hostId" | "fleetId">, isCloned: boolean): void {
    if (isCloned) {
      for (const link of this.#context.presence.linksOf(host.hostId))
        link.send({ type: "halt", haltId: this.#deps.ids.uuid(), grants: "all" });
    }
    recordClone(this.#deps.store, host, isCloned).catch((failure: unknown) => {
      this.#deps.logger.error({ err: failure, hostId: host.hostId }, "a clone was not recorded");
    });
  }

  #heard(events: readonly StoredEvent[]): void {
    for (const { event } of events) {
      if (event.topic !== "host.revoked" || event.ids["hostId"] === undefined) continue;
      const failure = new AppError("HOST_REVOKED", "This host was revoked; its link was closed.");
      for (const link of this.#context.presence.linksOf(hostId.parse(event.ids["hostId"]))) link.end(failure);
    }
  }

  #scheduleSweep(): void {
    this.#cancelSweep = this.#deps.clock.after(SWEEP_MS, () => {
      void this.#sweep().finally(() => {
        if (this.#isRunning) this.#scheduleSweep();
      });
    });
  }

  async #sweep(): Promise<void> {
    const { clock, logger, settings } = this.#deps;
    try {
      const silentBeforeMs = clock.monotonicMs() - Math.max(SILENT_MS, MISSED_STATES * settings().hostStateIntervalMs);
      const renewBefore = clock.now() + ACCESS_RENEWAL_MS;
      await paced(clock, [...this.#context.presence.everyLink()], (link) => tend(link, silentBeforeMs, renewBefore));
      this.#polls.sweep();
      await this.commands.expireDue();
    } catch (failure) {
      logger.error({ err: failure }, "a sweep of the agent links failed; the next one tries again");
    }
  }
}

function tend(link: OpenLink, silentBeforeMs: number, renewBefore: number): void {
  if (link.heardAtMs < silentBeforeMs) link.end(new AppError("REMOTE_TIMEOUT", "Nothing was heard from the host for too long."));
  else if (link.accessEndsAt < renewBefore) link.renewAccess();
}
