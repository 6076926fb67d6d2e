import { placeKey, type WantedSocket } from "./held-place.ts";
import { listeningSockets, socketsOf } from "./proc-sockets.ts";

/** What a service manager passed to this process (sd_listen_fds(3)): the names of descriptors from 3 on. */
export type PassedDescriptors = readonly string[];

/** One of them, and where it listens, where that can be told. */
type Passed = { readonly fd: number; readonly name: string; readonly key: string | undefined };

/**
 * The listening sockets that systemd holds and passes to every run of the agent. They belong to an application by name,
 * `<product id>/<socket name>`, or else by address.
 */
export class InheritedSockets {
  readonly #passed: readonly Passed[];

  private constructor(passed: readonly Passed[]) {
    this.#passed = passed;
  }

  /** Looks at what was passed. */
  static async open(names: PassedDescriptors): Promise<InheritedSockets> {
    if (names.length === 0) return new InheritedSockets([]);
    const [own, listening] = await Promise.all([socketsOf("self"), listeningSockets()]);
    const keys = new Map(listening.map(({ key, inode }) => [inode, key]));
    const passed = names.map((name, index) => ({ fd: 3 + index, name, key: keys.get(own.get(3 + index) ?? "") }));
    return new InheritedSockets(passed);
  }

  /** The descriptor of a socket of this product; undefined when none was passed. */
  find(productId: string, { name, place }: WantedSocket): number | undefined {
    const named = this.#passed.find((one) => one.name === `${productId}/${name}`);
    return (named ?? this.#passed.find((one) => one.key === placeKey(place)))?.fd;
  }
}
