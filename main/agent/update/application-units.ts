import { mkdir, readdir } from "node:fs/promises";
import type { Platform } from "#shared/domain/artifact/platform.ts";
import type { ReportedApplication } from "#shared/domain/host/reported.ts";
import { AGENT_PRODUCT_ID } from "#shared/domain/release/agent-product.ts";
import { applicationId, type ApplicationId, type GrantId } from "#shared/lib/ids.ts";
import type { DesiredApplication } from "#shared/protocol/control-frames.ts";
import type { ApplyDelta } from "../bytes/apply-in-child.ts";
import type { BlobPorts } from "../bytes/fetch-blob.ts";
import { spareMemoryBytes } from "../bytes/applying-memory.ts";
import type { ApplicationIpc, ApplicationIpcPorts } from "../ipc/application-ipc.ts";
import type { OwnSettings } from "../ipc/own-settings.ts";
import type { AgentLogger } from "../logger.ts";
import type { ControlPlaneAccess } from "../net/control-plane-access.ts";
import type { HttpClient } from "../net/http-client.ts";
import type { HostAdditions } from "../process/launch-spec.ts";
import { runRecordDocument } from "../process/run-record.ts";
import { openSelfUpdate, type SelfUpdateParts, type SelfUpdatePorts } from "../self-update/self-update.ts";
import type { SelfInstallation } from "../self-update/self-installation.ts";
import { ApplicationSockets } from "../sockets/application-sockets.ts";
import type { HostSockets, SocketOwner } from "../sockets/host-sockets.ts";
import type { DesiredState } from "../state/desired-store.ts";
import { applicationPaths, type StatePaths } from "../state/state-paths.ts";
import { sweepState } from "../state/sweep-state.ts";
import type { TrustClient } from "../trust/trust-client.ts";
import type { CandidateWorker } from "./candidate-work.ts";
import { ApplicationUnit, type UnitPorts } from "./application-unit.ts";
import type { HaltedGrants } from "./halt.ts";
import { JournalKeeper } from "./journal-keeper.ts";
import { Legacy } from "./legacy.ts";
import type { Lease } from "./lease.ts";
import { Preparation } from "./preparation.ts";
import { SlotStore } from "./slot-store.ts";
import type { UnitDesired } from "./standing-orders.ts";
import { Vetting } from "./vetting.ts";

/** What all applications of a host share. */
export type UnitsPorts = Pick<
  UnitPorts,
  "machineBoot" | "families" | "contact" | "now" | "nowMs" | "random" | "quarantineMs" | "report" | "onChange"
> & {
  readonly paths: StatePaths;
  readonly platform: Platform;
  readonly http: HttpClient;
  readonly access: ControlPlaneAccess;
  readonly trust: Pick<TrustClient, "fetchManifest" | "checkKept" | "minimumVersion">;
  /** Where files come from on a host without a control plane. */
  readonly elsewhere?: NonNullable<BlobPorts["elsewhere"]>;
  readonly applyDelta: ApplyDelta;
  /** Whoever holds the listening sockets of this host. */
  readonly hostSockets: HostSockets;
  /** The installed version that this agent is; undefined when it cannot be replaced. */
  readonly installation: SelfInstallation | undefined;
  readonly childLogger: (fields: { readonly applicationId: string }) => AgentLogger;
  readonly hostAdditions: (productId: string) => Promise<HostAdditions>;
  /** Opens the socket that an application speaks to this agent by. */
  readonly openIpc: (application: Pick<ApplicationIpcPorts, "paths" | "logger" | "onChange">) => Promise<ApplicationIpc>;
};

function toUnitDesired(wanted: DesiredApplication, receivedAtMs: number): UnitDesired {
  const { releaseId, version, digest, sizeBytes, grant, hold } = wanted;
  const target = { releaseId, version, digest, sizeBytes };
  if (grant === undefined) return hold === undefined ? { target } : { target, hold };
  const { grantId, leaseMs, passesLocks } = grant;
  return { target, grant: { grantId, leaseMs, receivedAtMs, ...(passesLocks !== undefined && { passesLocks }) } };
}

/** The applications of this host: those it has ever had, and those that a desired document names for the first time. */
export class ApplicationUnits {
  readonly #ports: UnitsPorts;
  readonly #units = new Map<string, ApplicationUnit>();
  readonly #sockets = new Map<string, ApplicationIpc>();

  constructor(ports: UnitsPorts) {
    this.#ports = ports;
  }

  /**
   * Opens what is on disk. A folder that names no application is left alone.
   *
   * @throws AppError ENV_DATA_CORRUPT when a journal or a run record is damaged in both copies.
   */
  async load(): Promise<void> {
    const { paths } = this.#ports;
    await mkdir(paths.applications, { recursive: true, mode: 0o750 });
    await sweepState(paths);
    for (const name of await readdir(paths.applications)) {
      const id = applicationId.safeParse(name);
      if (id.success) await this.#open(id.data);
    }
  }

  find(id: string): ApplicationUnit | undefined {
    return this.#units.get(id);
  }

  /** Hands each application its part of the desired document. One that is not in it is left as it is. */
  async setDesired({ frame, receivedAtMs }: DesiredState): Promise<void> {
    for (const wanted of frame.applications) {
      const unit = this.#units.get(wanted.applicationId) ?? (await this.#open(wanted.applicationId, wanted.productId));
      const keepsKind = (unit?.productId === AGENT_PRODUCT_ID) === (wanted.productId === AGENT_PRODUCT_ID);
      unit?.setDesired(toUnitDesired(wanted, receivedAtMs), keepsKind ? wanted.productId : undefined);
    }
    const named = new Set<string>(frame.applications.map((wanted) => wanted.applicationId));
    for (const [id, unit] of this.#units) if (!named.has(id)) unit.setDesired(undefined);
    for (const socket of this.#sockets.values()) socket.changed();
  }

  /** Lets every application look for its next step, now that it knows what is wanted. */
  begin(): void {
    for (const unit of this.#units.values()) unit.tick();
  }

  /** Resolves when every application has taken the steps that it could take so far. */
  async settled(): Promise<void> {
    await Promise.all([...this.#units.values()].map((unit) => unit.settled()));
  }

  /** Hands a go to whichever application has the grant. */
  go(grantId: GrantId, lease: Lease): void {
    for (const unit of this.#units.values()) unit.go(grantId, lease);
  }

  /** Halts all applications; the grants whose switch had begun. Durable when it resolves. */
  async halt(grants: HaltedGrants): Promise<GrantId[]> {
    const switching = await Promise.all([...this.#units.values()].map((unit) => unit.halt(grants)));
    return switching.flat();
  }

  /** All applications as a report tells them. */
  describe(): ReportedApplication[] {
    return [...this.#units.values()].map((unit) => unit.describe());
  }

  /** All applications with the names that people know them by. */
  describeForPeople(): (ReportedApplication & { readonly productId: string; readonly hold?: string })[] {
    return [...this.#units.values()].map((unit) => ({
      ...unit.describe(),
      productId: unit.productId,
      ...(unit.hold !== undefined && { hold: unit.hold }),
    }));
  }

  /** Keeps output logs within their size. */
  async rotateLogs(): Promise<void> {
    await Promise.all([...this.#units.values()].map((unit) => unit.rotateLog()));
  }

  /** Ends what runs, all applications at once, each within its deadline. */
  async close(): Promise<void> {
    await Promise.all([...this.#units.values()].map((unit) => unit.close()));
    await Promise.all([...this.#sockets.values()].map((socket) => socket.close()));
  }

  async #open(id: ApplicationId, productId?: string): Promise<ApplicationUnit | undefined> {
    const { paths: statePaths, trust, hostAdditions, applyDelta } = this.#ports;
    const paths = applicationPaths(statePaths, id);
    const logger = this.#ports.childLogger({ applicationId: id });
    const journal = await JournalKeeper.open(paths.journal, logger, productId === undefined ? undefined : { applicationId: id, productId });
    if (journal === undefined) return undefined;
    // Before anything is started: whoever does not know what runs already would start a second copy, or none, for ever.
    const { recovered } = await runRecordDocument(paths.runRecord).read();
    if (recovered !== undefined) logger.warn({ path: recovered }, "A damaged run record was recovered from its twin copy.");
    const slots = new SlotStore(paths, async () => (await hostAdditions(journal.current.productId)).overrides?.runSpec);
    await slots.prepare();
    const deltas = { applyDelta, slots: paths.slots, spareMemoryBytes, logger };
    const preparation = new Preparation({ ...this.#ports, slots, downloads: statePaths.downloads, deltas });
    const vetting = new Vetting({ slots, paths, hostAdditions });
    const self = await this.#openSelf(id, { journal, slots, paths, logger });
    const bring: CandidateWorker = { run: (job) => (job.candidate.state === "vetting" ? vetting : preparation).run(job) };
    const ipc = await this.#ports.openIpc({ paths, logger, onChange: () => this.#ports.onChange() });
    const owner = (): SocketOwner => ({ applicationId: id, productId: journal.current.productId });
    const unit = new ApplicationUnit({
      ...this.#ports,
      journal,
      paths,
      readableLog: self === undefined ? paths.outputLog : statePaths.agentLog,
      sockets: new ApplicationSockets(this.#ports.hostSockets, owner, paths.work),
      downloads: statePaths.downloads,
      slots,
      legacy: new Legacy({ journal, slots, paths, logger, hostAdditions, now: () => this.#ports.now() }),
      preparation: bring,
      ...self?.(bring),
      logger,
      minimumVersion: () => trust.minimumVersion(journal.current.productId),
      voice: ipc.voice,
      hostAdditions: async (release) =>
        withOwnWord(await hostAdditions(journal.current.productId), await ipc.socketFor(release), ipc.settings),
      onChange: () => {
        this.#ports.onChange();
        ipc.changed();
      },
    });
    await ipc.attach(unit);
    this.#sockets.set(id, ipc);
    this.#units.set(id, unit);
    return unit;
  }

  /** The parts of the agent's own unit that stand in place of an application's; undefined for every application. */
  async #openSelf(
    id: ApplicationId,
    parts: Pick<SelfUpdatePorts, "journal" | "slots" | "paths" | "logger">,
  ): Promise<((bring: CandidateWorker) => Pick<UnitPorts, "legacy" | "service" | "preparation">) | undefined> {
    if (parts.journal.current.productId !== AGENT_PRODUCT_ID) return undefined;
    const others = (): ApplicationUnit[] => [...this.#units.values()].filter((unit) => unit.applicationId !== id);
    const isCalm = (): boolean =>
      others().every(({ journal: { serving } }) => serving.state !== "switching" && serving.state !== "reverting");
    const { service, legacy, worker }: SelfUpdateParts = await openSelfUpdate({ ...this.#ports, ...parts, isCalm });
    return (bring) => ({ service, legacy, preparation: worker(bring) });
  }
}

/** Lays what an application has settled for itself under the host's own file. */
function withOwnWord(host: HostAdditions, socket: HostAdditions["socket"], { log, sockets }: OwnSettings): HostAdditions {
  const overrides =
    sockets === undefined ? host.overrides : { environment: {}, ...host.overrides, sockets: { ...sockets, ...host.overrides?.sockets } };
  return { ...host, overrides, ...(socket && { socket }), ...(log && { logs: log }) };
}
