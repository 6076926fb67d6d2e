import { chmod, chown, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { AgentLogger } from "../logger.ts";
import type { HostAdditions } from "../process/launch-spec.ts";
import type { RunUser } from "../process/resolve-run-user.ts";
import type { ApplicationPaths } from "../state/state-paths.ts";
import type { ApplicationUnit } from "../update/application-unit.ts";
import type { ApplicationVoice } from "../update/application-voice.ts";
import type { PhaseNote } from "../update/journal.ts";
import { toRunningRelease, type ReleaseIdentity } from "../update/release-identity.ts";
import { ApplicationDesk } from "./application-desk.ts";
import { AttemptLog } from "./attempt-log.ts";
import { EventFeed } from "./event-feed.ts";
import { socketPath } from "./ipc-home.ts";
import { ipcRoutes } from "./ipc-routes.ts";
import { IpcServer } from "./ipc-server.ts";
import { IpcTokens } from "./ipc-tokens.ts";
import { servingRelease, toIpcFailure } from "./ipc-views.ts";
import { OwnSettingsStore, type OwnSettings } from "./own-settings.ts";
import type { UpdateAuthority } from "./update-authority.ts";
import { UpdateLocks } from "./update-locks.ts";

/** What one application's socket needs. */
export type ApplicationIpcPorts = {
  readonly paths: ApplicationPaths;
  readonly boot: string;
  readonly authority: UpdateAuthority;
  readonly logger: AgentLogger;
  readonly now: () => number;
  readonly nowMs: () => number;
  readonly onChange: () => void;
};

type Parts = {
  readonly tokens: IpcTokens;
  readonly attempts: AttemptLog;
  readonly locks: UpdateLocks;
  readonly settings: OwnSettingsStore;
};

/**
 * One application's socket from its opening to its end. It outlives no agent, but is there again at the same path with
 * the same tokens when the next agent takes over what runs.
 */
export class ApplicationIpc {
  readonly voice: ApplicationVoice;
  readonly #ports: ApplicationIpcPorts;
  readonly #parts: Parts;
  readonly #feed: EventFeed;
  #unit: ApplicationUnit | undefined;
  #desk: ApplicationDesk | undefined;
  #server: IpcServer | undefined;

  private constructor(ports: ApplicationIpcPorts, parts: Parts) {
    this.#ports = ports;
    this.#parts = parts;
    this.#feed = new EventFeed(ports.boot);
    this.voice = {
      entered: (note) => this.#entered(note),
      heldBackMs: (staged) => {
        const lock = parts.locks.holding(staged);
        return lock && Math.max(1, lock.until - ports.now());
      },
      logLimits: () => parts.settings.current.log,
      lock: () => {
        const [last] = parts.locks.live().toSorted((left, right) => right.until - left.until);
        return last && { reason: last.reason, until: last.until };
      },
    };
  }

  /** Reads what earlier runs of the agent left. Nobody can ask yet. */
  static async open(ports: ApplicationIpcPorts): Promise<ApplicationIpc> {
    const { paths, logger, now } = ports;
    const tokens = await IpcTokens.open(paths.folder);
    const attempts = await AttemptLog.open(join(paths.folder, "attempts.json"), logger, now);
    const locks = await UpdateLocks.open(join(paths.folder, "locks.json"), logger, now);
    const settings = await OwnSettingsStore.open(join(paths.folder, "settings.json"), logger);
    return new ApplicationIpc(ports, { tokens, attempts, locks, settings });
  }

  /** What the application has settled for itself. */
  get settings(): OwnSettings {
    return this.#parts.settings.current;
  }

  /** Opens the socket onto the application's unit. A path that cannot be had is told; the application runs without one. */
  async attach(unit: ApplicationUnit): Promise<void> {
    const { paths, logger } = this.#ports;
    const { tokens } = this.#parts;
    this.#unit = unit;
    const desk = new ApplicationDesk(unit, { ...this.#ports, ...this.#parts, feed: this.#feed, releases: paths.releases });
    this.#desk = desk;
    desk.orders.resume();
    try {
      const releaseOf = (token: string): string | undefined => tokens.releaseOf(token);
      this.#server = await IpcServer.open({ path: await socketPath(paths.folder), routes: ipcRoutes(desk), releaseOf, logger });
    } catch (thrown) {
      logger.error({ err: thrown }, "The application's socket could not be opened; it runs without one.");
    }
  }

  /** What a process of this release finds its socket by; undefined where there is none. */
  async socketFor(release: ReleaseIdentity): Promise<HostAdditions["socket"]> {
    if (this.#server === undefined) return undefined;
    const kept = this.#unit?.journal.installed.map((one) => one.releaseId) ?? [];
    const { path } = this.#server;
    const tokenFile = await this.#parts.tokens.write(release.releaseId, kept);
    return {
      variables: { ROLLCALL_SOCKET: path, ROLLCALL_TOKEN_FILE: tokenFile },
      letIn: (user) => letIn(user, path, tokenFile),
    };
  }

  /** Something about the application has changed. */
  changed(): void {
    this.#desk?.changed();
  }

  /** Nobody can ask any more. */
  async close(): Promise<void> {
    await this.#server?.close();
  }

  async #entered(note: PhaseNote): Promise<void> {
    const { attempts } = this.#parts;
    const from = this.#unit && servingRelease(this.#unit.journal);
    await attempts.note(note, from);
    await this.#desk?.orders.entered(note);
    const { phase, grantId, failure } = note;
    const attempt = grantId && attempts.find(grantId);
    const of = attempt === undefined ? {} : { attemptId: attempt.attemptId };
    if (failure?.cause === "halted") this.#feed.tell({ type: "halt", ...of, message: failure.message });
    this.#feed.tell({
      type: "phase",
      ...of,
      phase,
      release: toRunningRelease(note.release),
      ...(failure && { failure: toIpcFailure(failure) }),
    });
  }
}

/** Gives socket and token to the account that the application runs as, and lets it pass to them. Root, who the agent is then, needs no permission. */
async function letIn({ uid, gid }: RunUser, ...files: readonly string[]): Promise<void> {
  for (const file of files) {
    await chown(file, uid, gid);
    const folder = dirname(file);
    await chmod(folder, (await stat(folder)).mode | 0o001);
  }
}
