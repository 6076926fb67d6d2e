import { errnoOf } from "#main/node/disk-error.ts";
import { OneAtATime } from "#main/node/one-at-a-time.ts";
import { bindPlace, giveAccess, type BoundPlace } from "./bind-place.ts";
import { placeKey, type HeldPlace } from "./held-place.ts";
import type { HoldRefusal } from "./holder-protocol.ts";
import { listenOn } from "./listen-on.ts";

type Held = { readonly application: string; readonly bound: BoundPlace };
type Taken = { readonly key: string; readonly bound: BoundPlace };

const codeOf = (thrown: unknown): string => errnoOf(thrown) ?? "EUNKNOWN";

/** The listening sockets of this process: it never accepts a connection, so those that come wait for an application. */
export class HeldSockets {
  readonly #held = new Map<string, Held>();
  readonly #turns = new OneAtATime();

  /** Whose socket listens where. */
  list(): { readonly application: string; readonly key: string }[] {
    return [...this.#held].map(([key, { application }]) => ({ application, key }));
  }

  /**
   * Listens at all of these places for an application, or changes nothing. Those that it holds already stay as they are,
   * but for the mode and the owner of a file.
   */
  hold(application: string, places: readonly HeldPlace[]): Promise<HoldRefusal | undefined> {
    return this.#turns.run(() => this.#hold(application, places));
  }

  /** Closes the sockets of an application that are not named. */
  keep(application: string, keys: readonly string[]): Promise<void> {
    return this.#turns.run(() => {
      for (const [key, held] of this.#held) {
        if (held.application !== application || keys.includes(key)) continue;
        this.#held.delete(key);
        held.bound.close();
      }
      return Promise.resolve();
    });
  }

  /** The descriptors that listen at these places; undefined when one of them is not held. */
  descriptors(keys: readonly string[]): readonly number[] | undefined {
    const held = keys.flatMap((key) => this.#held.get(key)?.bound.fd() ?? []);
    return held.length === keys.length ? held : undefined;
  }

  async #hold(application: string, places: readonly HeldPlace[]): Promise<HoldRefusal | undefined> {
    const taken: Taken[] = [];
    let refused = await this.#bindAll(application, places, taken);
    if (refused === undefined) {
      const failure = await listenOn(taken.map(({ bound }) => bound.fd()));
      if (failure !== undefined) refused = { key: taken[failure.index]?.key ?? "", code: failure.code };
    }
    for (const { key, bound } of taken) {
      if (refused === undefined) this.#held.set(key, { application, bound });
      else bound.close();
    }
    return refused;
  }

  async #bindAll(application: string, places: readonly HeldPlace[], taken: Taken[]): Promise<HoldRefusal | undefined> {
    for (const place of places) {
      const key = placeKey(place);
      const held = this.#held.get(key);
      if (held !== undefined && held.application !== application) return { key, code: "HELD", by: held.application };
      try {
        if (held === undefined) taken.push({ key, bound: await bindPlace(place) });
        else if (place.kind === "unix") await giveAccess(place);
      } catch (thrown) {
        return { key, code: codeOf(thrown) };
      }
    }
    return undefined;
  }
}
