import net from "node:net";
import type { AgentLogger } from "../logger.ts";
import type { ProcessIdentity } from "../process/process-identity.ts";
import type { RunningProcess } from "../process/running-process.ts";
import { spawnGated, type GateResult } from "../process/spawn-gated.ts";
import type { SpawnPlan } from "../process/spawn-plan.ts";
import { placeKey, type HeldPlace, type WantedSocket } from "./held-place.ts";
import { HolderLink } from "./holder-link.ts";
import { InheritedSockets, type PassedDescriptors } from "./inherited-sockets.ts";
import { findPortOwner, type PortOwner } from "./port-owner.ts";
import { refusalWords } from "./refusal-words.ts";

/** Whose sockets: the id keeps them apart, the product id is what systemd's units name. */
export type SocketOwner = { readonly applicationId: string; readonly productId: string };

/** How an attempt to hold ended. `refused` changed nothing; `owner` is who is in the way, where the system tells. */
export type HoldResult =
  | { readonly kind: "held" }
  | { readonly kind: "refused"; readonly message: string; readonly inUse: boolean; readonly owner?: PortOwner }
  /** This host cannot hold sockets: the application listens by itself. */
  | { readonly kind: "impossible"; readonly reason: string };

/** What the sockets of a host need. */
export type HostSocketsPorts = {
  readonly folder: string;
  /** Names of what systemd passed to this agent. */
  readonly passed: PassedDescriptors;
  readonly logger: AgentLogger;
};

/**
 * The listening sockets of all applications of a host, whoever holds them: systemd, which passes them to every agent, or
 * the holder, a process that outlives agents (`docs/adr/0062-a-holder-for-listening-sockets.md`). One application's
 * sockets come from one of the two.
 */
export class HostSockets {
  readonly #link: HolderLink;
  readonly #inherited: InheritedSockets;

  private constructor(link: HolderLink, inherited: InheritedSockets) {
    this.#link = link;
    this.#inherited = inherited;
  }

  /** Finds what is held already. */
  static async open(ports: HostSocketsPorts): Promise<HostSockets> {
    const link = new HolderLink(ports);
    const inherited = await InheritedSockets.open(ports.passed);
    await link.find();
    return new HostSockets(link, inherited);
  }

  /** Why this agent cannot hold sockets; undefined when it can. */
  get obstacle(): string | undefined {
    // Node has had it since 24.19; the type does not know of older ones.
    if (typeof Reflect.get(net, "BoundSocket") === "function" && process.platform !== "win32") return undefined;
    return `Node ${process.version} on ${process.platform} cannot hold listening sockets; 24.19 or newer on Linux or macOS can.`;
  }

  /** Whether all of these listen now and can be passed on by this agent. */
  isHeld(owner: SocketOwner, wanted: readonly WantedSocket[]): boolean {
    if (this.#inheritedOf(owner, wanted) !== undefined) return true;
    return wanted.every(({ place }) => this.#link.client?.holds(owner.applicationId, placeKey(place)) === true);
  }

  /** Listens at all of these places, or changes nothing. */
  async hold(owner: SocketOwner, wanted: readonly WantedSocket[]): Promise<HoldResult> {
    const passed = wanted.filter((one) => this.#inherited.find(owner.productId, one) !== undefined);
    if (passed.length === wanted.length) return { kind: "held" };
    if (passed.length > 0) {
      const missing = wanted.filter((one) => !passed.includes(one)).map(({ name }) => name);
      const message = `systemd passes some of its sockets and not ${missing.join(", ")}; its .socket unit must name all or none.`;
      return { kind: "refused", message, inUse: false };
    }
    const { obstacle } = this;
    if (obstacle !== undefined) return { kind: "impossible", reason: obstacle };
    return this.#holdThroughHolder(owner, wanted);
  }

  /** Starts a process behind its gate that inherits sockets which are held. */
  async spawn(owner: SocketOwner, plan: SpawnPlan, wanted: readonly WantedSocket[]): Promise<GateResult> {
    const inherited = this.#inheritedOf(owner, wanted);
    if (inherited !== undefined) return spawnGated(plan, inherited);
    const client = await this.#link.get();
    if (client === undefined) return { kind: "no-socket", message: "the process that holds sockets does not answer" };
    const keys = wanted.map(({ place }) => placeKey(place));
    return client.spawn(plan, keys);
  }

  /** A process that the holder started, with how it ended if it has; undefined for every other one. */
  find(identity: ProcessIdentity): RunningProcess | undefined {
    return this.#link.client?.find(identity);
  }

  /** Releases the application's sockets but these. */
  async keep(owner: SocketOwner, wanted: readonly WantedSocket[]): Promise<void> {
    const keys = wanted.map(({ place }) => placeKey(place));
    await this.#link.client?.keep(owner.applicationId, keys);
  }

  /** Lets go of the holder, which goes on for as long as it holds something. */
  close(): void {
    this.#link.close();
  }

  #inheritedOf({ productId }: SocketOwner, wanted: readonly WantedSocket[]): readonly number[] | undefined {
    const descriptors = wanted.flatMap((one) => this.#inherited.find(productId, one) ?? []);
    return descriptors.length === wanted.length ? descriptors : undefined;
  }

  async #holdThroughHolder({ applicationId }: SocketOwner, wanted: readonly WantedSocket[]): Promise<HoldResult> {
    const places: readonly HeldPlace[] = wanted.map(({ place }) => place);
    const client = await this.#link.get();
    const refusal = await client?.hold(applicationId, places);
    if (client === undefined || refusal === "gone") {
      return { kind: "impossible", reason: "The process that holds sockets does not answer." };
    }
    if (refusal === undefined) return { kind: "held" };
    const place = places.find((one) => placeKey(one) === refusal.key);
    const inUse = refusal.code === "EADDRINUSE";
    const owner = inUse && place !== undefined ? await findPortOwner(place) : undefined;
    return { kind: "refused", message: refusalWords(refusal, place, owner), inUse, ...(owner && { owner }) };
  }
}
