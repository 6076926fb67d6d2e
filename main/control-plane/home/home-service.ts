import type { HomeOverview, RolloutRow } from "#shared/contract/rollouts.ts";
import type { FleetRow } from "#shared/contract/fleets.ts";
import type { Principal } from "#shared/domain/access/permission.ts";
import { auditHref, auditSentence } from "#shared/domain/audit/audit-sentence.ts";
import type { Store } from "../db/store.ts";
import type { Clock } from "../ports/clock.ts";
import { attentionList } from "./attention-list.ts";
import { HomeRepository, type Change } from "./home-repository.ts";
import type { HomeSources } from "./home-sources.ts";
import { versionMatrix } from "./version-matrix.ts";

/** Rollouts under way and changes that Home shows at most; the contract carries no more. */
const MOST_MOVING = 50;
const MOST_CHANGES = 50;

/** The first screen: what needs me now, what is moving, what changed. */
export class HomeService {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #sources: HomeSources;

  constructor(store: Store, clock: Clock, sources: HomeSources) {
    this.#store = store;
    this.#clock = clock;
    this.#sources = sources;
  }

  /** Everything on it, within the caller's fleets. */
  async overview(who: Principal): Promise<HomeOverview> {
    const home = new HomeRepository(this.#store.read, who.fleets);
    const fleets = await this.#sources.fleets(who.fleets);
    const moving = await this.#sources.rollouts(who.fleets, { active: true, limit: MOST_MOVING });
    return {
      attention: await this.#attention(who, home, fleets, moving),
      moving: [...moving],
      changes: await this.#changes(who, home),
      matrix: versionMatrix(fleets, await this.#sources.cells(), moving),
      setup: await home.setup(),
    };
  }

  async #attention(who: Principal, home: HomeRepository, fleets: readonly FleetRow[], rollouts: readonly RolloutRow[]) {
    const idsIn = (...states: readonly RolloutRow["state"][]) => rollouts.filter((one) => states.includes(one.state)).map((one) => one.id);
    const held = fleets
      .flatMap((fleet) => fleet.groups.flatMap((group) => group.subscriptions))
      .filter((one) => one.heldBack !== undefined);
    return attentionList({
      now: this.#clock.now(),
      rollouts,
      stoppedAt: await home.stoppedAt(idsIn("tripped", "paused")),
      approvals: await home.approvals(idsIn("running")),
      troubles: await this.#sources.troubles(who.fleets),
      trustRoles: this.#sources.trustRoles(),
      signatures: await this.#sources.awaitedSignatures(),
      fleets,
      heldSince: await home.targetsSince(held.map((one) => one.id)),
    });
  }

  async #changes(who: Principal, home: HomeRepository): Promise<HomeOverview["changes"]> {
    const changes = await home.changes(MOST_CHANGES);
    const names = await this.#names(who, home, changes);
    return changes.map((change) => ({
      at: change.at,
      actor: change.actor,
      text: auditSentence(change, (subject) => names.get(subject)),
      href: auditHref(change),
    }));
  }

  /** What entries do not name themselves: rollouts by their title, releases by application and version. */
  async #names(who: Principal, home: HomeRepository, changes: readonly Change[]): Promise<ReadonlyMap<string, string>> {
    const idsOf = (noun: string) => [
      ...new Set(changes.flatMap(({ subject }) => (subject.startsWith(`${noun}:`) ? subject.slice(noun.length + 1) : []))),
    ];
    const rolloutIds = idsOf("rollout");
    const rollouts = rolloutIds.length === 0 ? [] : await this.#sources.rollouts(who.fleets, { rolloutIds, limit: rolloutIds.length });
    const releases = await home.releaseNames(idsOf("release"));
    return new Map([
      ...rollouts.map((one) => [`rollout:${one.id}`, one.title] as const),
      ...[...releases].map(([id, name]) => [`release:${id}`, name] as const),
    ]);
  }
}
