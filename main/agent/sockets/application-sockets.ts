import type { GateKeeper } from "../process/gated-process.ts";
import { gatePlanned, startGated } from "../process/gated-process.ts";
import type { HostAdditions, RunnableRelease } from "../process/launch-spec.ts";
import type { ProcessIdentity } from "../process/process-identity.ts";
import { findRunUser } from "../process/run-user.ts";
import type { RunningProcess } from "../process/running-process.ts";
import type { WantedSocket } from "./held-place.ts";
import type { HoldResult, HostSockets, SocketOwner } from "./host-sockets.ts";
import { toWantedSockets } from "./wanted-sockets.ts";

/** The listening sockets of one application. */
export class ApplicationSockets {
  readonly #host: HostSockets;
  readonly #owner: () => SocketOwner;
  readonly #workFolder: string;

  constructor(host: HostSockets, owner: () => SocketOwner, workFolder: string) {
    this.#host = host;
    this.#owner = owner;
    this.#workFolder = workFolder;
  }

  /** What a version wants on this host. */
  async wantedBy({ runSpec }: RunnableRelease, { overrides }: HostAdditions): Promise<readonly WantedSocket[]> {
    const lookup = await findRunUser(runSpec.user);
    const user = lookup.kind === "found" ? lookup.user : undefined;
    return toWantedSockets(runSpec.sockets, { overrides: overrides?.sockets, workFolder: this.#workFolder, user });
  }

  /** Why this host cannot hold them; undefined when it can. */
  get obstacle(): string | undefined {
    return this.#host.obstacle;
  }

  /** Whether all of these are held now. */
  isHeld(wanted: readonly WantedSocket[]): boolean {
    return this.#host.isHeld(this.#owner(), wanted);
  }

  /** Listens at all of these, or changes nothing. */
  hold(wanted: readonly WantedSocket[]): Promise<HoldResult> {
    return this.#host.hold(this.#owner(), wanted);
  }

  /** Releases every other one. */
  keep(wanted: readonly WantedSocket[]): Promise<void> {
    return this.#host.keep(this.#owner(), wanted);
  }

  /** A process that the holder started for an earlier agent, too. */
  find(identity: ProcessIdentity): RunningProcess | undefined {
    return this.#host.find(identity);
  }

  /** Starts processes with these sockets, which are held first if they are not; without any, as every other process. */
  gateKeeper(wanted: readonly WantedSocket[]): GateKeeper {
    if (wanted.length === 0) return startGated;
    return async (spec) => {
      const held = await this.hold(wanted);
      if (held.kind === "impossible") return startGated(spec);
      if (held.kind === "refused") return { kind: "no-socket", message: held.message };
      const names = wanted.map(({ name }) => name);
      return gatePlanned(spec, names, (plan) => this.#host.spawn(this.#owner(), plan, wanted));
    };
  }
}
