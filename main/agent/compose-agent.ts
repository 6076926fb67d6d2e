import { randomBytes } from "node:crypto";
import { AGENT_VERSION } from "./agent-version.ts";
import type { AgentParts, RunningAgent } from "./agent-parts.ts";
import { applyInChild } from "./bytes/apply-in-child.ts";
import { CommandJournal } from "./commands/command-journal.ts";
import { CommandRunner } from "./commands/command-runner.ts";
import { ApplicationIpc } from "./ipc/application-ipc.ts";
import { controlPlaneAuthority } from "./ipc/update-authority.ts";
import { ControlPlaneAccess } from "./net/control-plane-access.ts";
import { ControlPlaneContact } from "./net/control-plane-contact.ts";
import { HttpClient } from "./net/http-client.ts";
import { ServerClock } from "./net/server-clock.ts";
import { delegatedGroup, launchedFrom } from "./environment-config.ts";
import { SERVICE_NAME } from "./install/install-paths.ts";
import { openProcessFamilies } from "./process/open-process-families.ts";
import type { ProcessFamilies } from "./process/process-family.ts";
import { readStamp } from "./process/process-identity.ts";
import { Outbox } from "./reports/outbox.ts";
import { StateReporter } from "./reports/state-reporter.ts";
import { findSelfInstallation } from "./self-update/self-installation.ts";
import { HostSockets } from "./sockets/host-sockets.ts";
import { DesiredStore } from "./state/desired-store.ts";
import { monotonicMs, readMachineBoot } from "./state/monotonic-clock.ts";
import { StatusWriter } from "./state/status-writer.ts";
import { TrustClient } from "./trust/trust-client.ts";
import { ApplicationUnits } from "./update/application-units.ts";
import { DEFAULT_QUARANTINE_MS } from "./update/quarantine.ts";

const now = (): number => Date.now();
const random = (): number => Math.random();

async function openOutbox({ paths, identity, key, log }: AgentParts, boot: string): Promise<Outbox> {
  const { outbox, damaged } = await Outbox.open(paths.outbox, { hostId: identity.hostId, boot, sign: (bytes) => key.sign(bytes) });
  if (damaged > 0) log.logger.warn({ damaged }, "Damaged lines of the outbox were left out; what is open is sent under new numbers.");
  return outbox;
}

type TrustReach = { readonly http: HttpClient; readonly access: ControlPlaneAccess; readonly serverClock: ServerClock };

async function openTrust({ paths, identity, overrides, log }: AgentParts, { http, access, serverClock }: TrustReach): Promise<TrustClient> {
  const trust = new TrustClient({
    folder: paths.trustFolder,
    trustRoot: Buffer.from(identity.trustRoot, "base64"),
    fleetId: identity.fleetId,
    http,
    access,
    logger: log.logger,
    hostAccepts: () => overrides.accepted(),
    serverOffsetMs: () => serverClock.offsetMs(now()),
  });
  await trust.load();
  return trust;
}

async function openStatus(parts: AgentParts, units: ApplicationUnits, processTracking: ProcessFamilies["kind"]): Promise<StatusWriter> {
  const { identity, paths, log } = parts;
  const process_ = { pid: process.pid, stamp: (await readStamp(process.pid)) ?? "unknown" };
  const fixed = { process: process_, hostId: identity.hostId, name: identity.name, agentVersion: AGENT_VERSION, processTracking };
  return new StatusWriter({ path: paths.status, logger: log.logger, fixed, describe: () => units.describeForPeople(), now });
}

/** What applications may ask about, looked up when they ask: they are opened before all of it is there. */
function authorityOf(
  { overrides }: AgentParts,
  seen: () => { readonly status: StatusWriter; readonly reporter: StateReporter },
): ReturnType<typeof controlPlaneAuthority> {
  return controlPlaneAuthority({
    heardAt: () => seen().status.heardAt,
    unheard: () => seen().status.unheard,
    ask: () => seen().reporter.soon(),
    mayRollBack: (productId) => overrides.mayRollBack(productId),
  });
}

/**
 * Puts the agent together and reads its state. Nothing is started and nothing connects yet.
 *
 * @throws AppError ENV_DATA_CORRUPT when a state file is damaged in both copies.
 */
export async function composeAgent(parts: AgentParts): Promise<RunningAgent> {
  const { paths, identity, platform, overrides, log } = parts;
  const { logger } = log;
  const boot = randomBytes(24).toString("base64url");
  const machineBoot = await readMachineBoot();
  const http = new HttpClient(identity.certificatePin);
  const outbox = await openOutbox(parts, boot);
  const access = new ControlPlaneAccess(monotonicMs);
  const contact = new ControlPlaneContact(monotonicMs);
  const serverClock = new ServerClock(monotonicMs);
  const trust = await openTrust(parts, { http, access, serverClock });
  const desired = new DesiredStore(paths.desired, machineBoot);
  const journal = new CommandJournal(paths.commands);
  for (const path of [await desired.load(), await journal.load()]) {
    if (path !== undefined) logger.warn({ path }, "A damaged state file was recovered from its twin copy.");
  }
  const authority = authorityOf(parts, () => ({ status, reporter }));
  const families = await openProcessFamilies(SERVICE_NAME, delegatedGroup(), logger);
  const hostSockets = await HostSockets.open({ folder: paths.holder, passed: parts.passedSockets, logger });
  const units: ApplicationUnits = new ApplicationUnits({
    paths,
    hostSockets,
    installation: await findSelfInstallation(launchedFrom(), process.argv[1] ?? ""),
    platform,
    http,
    access,
    trust,
    applyDelta: applyInChild(parts.program),
    machineBoot,
    contact,
    families,
    now,
    nowMs: monotonicMs,
    random,
    quarantineMs: () => desired.current?.frame.quarantineMs ?? DEFAULT_QUARANTINE_MS,
    childLogger: (fields) => logger.child(fields),
    hostAdditions: (productId) => overrides.additions(productId),
    openIpc: (application) => ApplicationIpc.open({ ...application, boot, authority, now, nowMs: monotonicMs }),
    report: (body) => outbox.append(body),
    onChange: () => reporter.soon(),
  });
  const status = await openStatus(parts, units, families.kind);
  const onObservation = async (): Promise<void> => {
    await Promise.all([status.write(), units.rotateLogs(), log.rotate()]);
  };
  const reporter = new StateReporter({ outbox, logger, describe: () => units.describe(), now, onObservation });
  const commands = new CommandRunner({ journal, outbox, machineBoot, logger, findUnit: (id) => units.find(id), now, nowMs: monotonicMs });
  return { boot, http, outbox, desired, units, hostSockets, commands, reporter, status, access, contact, serverClock };
}
