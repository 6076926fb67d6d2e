import { join } from "node:path";

/** Where everything lives inside the state folder. One place, so that a person can read the folder with this file beside it. */
export type StatePaths = {
  readonly folder: string;
  readonly lock: string;
  readonly identity: string;
  /** The identity's second copy, which a service manager must know to tell an enrolled host. */
  readonly identityTwin: string;
  /** The token that an installation left for the first start; gone once the host is enrolled. */
  readonly enrolmentToken: string;
  readonly hostKey: string;
  readonly desired: string;
  readonly outbox: string;
  readonly commands: string;
  /** The host's own file; written by people, read by the agent. */
  readonly overrides: string;
  readonly status: string;
  readonly agentLog: string;
  readonly trustFolder: string;
  readonly downloads: string;
  readonly slots: string;
  readonly applications: string;
  /** Plain files of sources without manifests, by product. */
  readonly plain: string;
  /** Of the process that holds listening sockets. */
  readonly holder: string;
};

/** The layout of a state folder. */
export function statePaths(folder: string): StatePaths {
  const within = (name: string): string => join(folder, name);
  return {
    folder,
    lock: within("agent.lock"),
    identity: within("identity.json"),
    identityTwin: within("identity.twin.json"),
    enrolmentToken: within("enrolment.token"),
    hostKey: within("host.key"),
    desired: within("desired.json"),
    outbox: within("outbox.log"),
    commands: within("commands.json"),
    overrides: within("overrides.json"),
    status: within("status.json"),
    agentLog: within("agent.log"),
    trustFolder: within("trust"),
    downloads: within("downloads"),
    slots: within("slots"),
    applications: within("applications"),
    plain: within("plain"),
    holder: within("holder"),
  };
}

/** Where one application lives. Folders are named by id: an id is a UUID, so no name from outside becomes a path. */
export type ApplicationPaths = {
  readonly folder: string;
  readonly journal: string;
  readonly runRecord: string;
  /** Named pipe that the process which serves holds open. */
  readonly lifeline: string;
  /** Symlink to the slot that serves, for people; the journal decides. */
  readonly current: string;
  readonly work: string;
  /** Where a new version is tried once; empty before and gone after. */
  readonly trial: string;
  readonly outputLog: string;
  readonly releases: string;
  readonly slots: string;
};

/** The layout of one application's folders. */
export function applicationPaths(paths: StatePaths, applicationId: string): ApplicationPaths {
  const folder = join(paths.applications, applicationId);
  return {
    folder,
    journal: join(folder, "journal.json"),
    runRecord: join(folder, "run.json"),
    lifeline: join(folder, "lifeline"),
    current: join(folder, "current"),
    work: join(folder, "work"),
    trial: join(folder, "trial"),
    outputLog: join(folder, "output.log"),
    releases: join(folder, "releases"),
    slots: join(paths.slots, applicationId),
  };
}
