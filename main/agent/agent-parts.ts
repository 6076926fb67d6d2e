import type { Platform } from "#shared/domain/artifact/platform.ts";
import type { CommandRunner } from "./commands/command-runner.ts";
import type { HostOverrides } from "./host/host-overrides.ts";
import type { AgentLog } from "./logger.ts";
import type { ControlPlaneAccess } from "./net/control-plane-access.ts";
import type { ControlPlaneContact } from "./net/control-plane-contact.ts";
import type { HttpClient } from "./net/http-client.ts";
import type { ServerClock } from "./net/server-clock.ts";
import type { Outbox } from "./reports/outbox.ts";
import type { StateReporter } from "./reports/state-reporter.ts";
import type { HostSockets } from "./sockets/host-sockets.ts";
import type { PassedDescriptors } from "./sockets/inherited-sockets.ts";
import type { DesiredStore } from "./state/desired-store.ts";
import type { HostKey } from "./state/host-key.ts";
import type { Identity } from "./state/identity.ts";
import type { StatePaths } from "./state/state-paths.ts";
import type { StatusWriter } from "./state/status-writer.ts";
import type { ApplicationUnits } from "./update/application-units.ts";

/** What an agent is made of before it runs. */
export type AgentParts = {
  readonly paths: StatePaths;
  readonly identity: Identity;
  readonly key: HostKey;
  readonly platform: Platform;
  readonly overrides: HostOverrides;
  readonly log: AgentLog;
  /** What runs this agent: runtime, its options, the file. A command's name comes after it. */
  readonly program: readonly string[];
  /** Names of the sockets that systemd passed. */
  readonly passedSockets: PassedDescriptors;
};

/** Everything that lives as long as one run of the agent. */
export type RunningAgent = {
  /** Random name of this run; reports are numbered under it. */
  readonly boot: string;
  readonly http: HttpClient;
  readonly outbox: Outbox;
  readonly desired: DesiredStore;
  readonly units: ApplicationUnits;
  readonly hostSockets: HostSockets;
  readonly commands: CommandRunner;
  readonly reporter: StateReporter;
  readonly status: StatusWriter;
  readonly access: ControlPlaneAccess;
  readonly contact: ControlPlaneContact;
  readonly serverClock: ServerClock;
};
