import { randomBytes } from "node:crypto";
import { basename } from "node:path";
import type { Platform } from "#shared/domain/artifact/platform.ts";
import { applyInChild } from "../bytes/apply-in-child.ts";
import { delegatedGroup } from "../environment-config.ts";
import type { HostOverrides } from "../host/host-overrides.ts";
import { SERVICE_NAME } from "../install/install-paths.ts";
import { ApplicationIpc } from "../ipc/application-ipc.ts";
import type { AgentLogger } from "../logger.ts";
import { ARTIFACT_PACE, type BodyPace } from "../net/body-pace.ts";
import { ControlPlaneAccess } from "../net/control-plane-access.ts";
import { ControlPlaneContact } from "../net/control-plane-contact.ts";
import { HttpClient } from "../net/http-client.ts";
import { openProcessFamilies } from "../process/open-process-families.ts";
import { HostSockets } from "../sockets/host-sockets.ts";
import type { PassedDescriptors } from "../sockets/inherited-sockets.ts";
import { DesiredStore } from "../state/desired-store.ts";
import { monotonicMs, readMachineBoot } from "../state/monotonic-clock.ts";
import type { StatePaths } from "../state/state-paths.ts";
import { ApplicationUnits } from "../update/application-units.ts";
import { DEFAULT_QUARANTINE_MS } from "../update/quarantine.ts";
import { ApplicationFollower, type FollowerPorts } from "./application-follower.ts";
import { LocalDesired } from "./local-desired.ts";
import { openSource, paceOf } from "./open-source.ts";
import type { ReleaseSource } from "./release-source.ts";
import { SourceTrust } from "./source-trust.ts";
import type { AfterFetch, StandaloneConfig } from "./standalone-config.ts";
import { standaloneAuthority } from "./standalone-authority.ts";

/** What a stand-alone agent is made of before it runs. */
export type StandaloneParts = {
  readonly config: StandaloneConfig;
  readonly paths: StatePaths;
  readonly platform: Platform;
  readonly overrides: HostOverrides;
  /** What runs this agent, and the sockets that systemd passed, as for a managed agent. */
  readonly program: readonly string[];
  readonly passedSockets: PassedDescriptors;
  readonly logger: AgentLogger & { child: (fields: object) => AgentLogger };
};

/** Everything that lives as long as one run of it. */
export type RunningStandalone = {
  readonly units: ApplicationUnits;
  readonly hostSockets: HostSockets;
  readonly desired: LocalDesired;
  readonly followers: readonly ApplicationFollower[];
};

const now = (): number => Date.now();
const random = (): number => Math.random();

/**
 * Puts a stand-alone agent together and reads its state. Nothing is started and nothing connects yet.
 *
 * @param onChange something that the status tells has changed.
 * @throws AppError ENV_DATA_CORRUPT when a state file is damaged in both copies.
 */
export async function composeStandalone(parts: StandaloneParts, onChange: () => void): Promise<RunningStandalone> {
  const { config, paths, platform, overrides, logger, program, passedSockets } = parts;
  const boot = randomBytes(24).toString("base64url");
  const machineBoot = await readMachineBoot();
  const store = new DesiredStore(paths.desired, machineBoot);
  await store.load();
  const surroundings = { now, nowMs: monotonicMs, platform, plainFolder: paths.plain };
  const sources = config.applications.map((one) => ({ config: one, source: openSource(one, surroundings) }));
  const sourceOf = (productId: string): ReleaseSource | undefined => sources.find((one) => one.config.productId === productId)?.source;
  const paceFor = (productId: string): BodyPace => {
    const found = config.applications.find((one) => one.productId === productId);
    return found === undefined ? ARTIFACT_PACE : paceOf(found);
  };
  const trust = new SourceTrust({ sourceOf, hostAccepts: () => overrides.accepted() });
  const followerOf = (productId: string | undefined): ApplicationFollower | undefined =>
    followers.find((one) => one.config.productId === productId);
  const hostSockets = await HostSockets.open({ folder: paths.holder, passed: passedSockets, logger });
  const units: ApplicationUnits = new ApplicationUnits({
    paths,
    platform,
    http: new HttpClient(undefined),
    access: new ControlPlaneAccess(monotonicMs),
    contact: new ControlPlaneContact(monotonicMs),
    trust,
    elsewhere: ({ productId, file, path, signal, onProgress }) => {
      const source = trust.required(productId);
      return source.fetch(file, { into: path, signal, onProgress, pace: paceFor(productId) });
    },
    applyDelta: applyInChild(program),
    hostSockets,
    // A new agent proves itself by reaching its control plane, which there is none of here.
    installation: undefined,
    machineBoot,
    families: await openProcessFamilies(SERVICE_NAME, delegatedGroup(), logger),
    now,
    nowMs: monotonicMs,
    random,
    quarantineMs: () => DEFAULT_QUARANTINE_MS,
    childLogger: (fields) => logger.child(fields),
    hostAdditions: (productId) => overrides.additions(productId),
    openIpc: (application) => {
      const followed = (): ApplicationFollower | undefined => followerOf(units.find(basename(application.paths.folder))?.productId);
      const authority = standaloneAuthority(followed, (grantId) => desired.go(grantId));
      return ApplicationIpc.open({ ...application, boot, authority, now, nowMs: monotonicMs });
    },
    // Nobody is reported to; the history of attempts keeps what happened.
    report: () => Promise.resolve(),
    onChange,
  });
  const afterFetch = (productId: string): AfterFetch => followerOf(productId)?.config.afterFetch ?? "switch";
  const isFollowed = (productId: string): boolean => followerOf(productId) !== undefined;
  const desired = new LocalDesired({ store, units, afterFetch, isFollowed, now, nowMs: monotonicMs });
  const offer: FollowerPorts["offer"] = (one) => desired.offer(one);
  const shared = { platform, logger, now, random, offer, onChange };
  const followers: readonly ApplicationFollower[] = sources.map(
    (followed) => new ApplicationFollower({ ...followed, ...shared, present: () => presentOf(units, followed.config.productId) }),
  );
  return { units, hostSockets, desired, followers };
}

function presentOf(units: ApplicationUnits, productId: string) {
  const found = units.describeForPeople().find((one) => one.productId === productId);
  return found && { applicationId: found.applicationId, version: found.current?.version };
}
