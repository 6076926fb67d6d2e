import { assertNever } from "#shared/lib/assert-never.ts";
import type { HostId, SubscriptionId } from "#shared/lib/ids.ts";
import type { WriteUnit } from "../db/store.ts";
import { endGrant, stopGrants } from "./grants.ts";
import type { Halts } from "./halts.ts";
import type { HostLink } from "./host-link.ts";
import { readLiveGrants, type LiveGrant } from "./live-grants.ts";
import { decideHost } from "./offers.ts";

type Deps = { readonly halts: Halts; readonly link: () => HostLink };

/** What a settlement freed: slots of these subscriptions. */
export type Settled = { readonly freed: ReadonlySet<SubscriptionId> };

/** Whether a report moves a grant, so that a transaction is worth while. */
export function needsSettling({ progress }: LiveGrant): boolean {
  return progress.progress !== "under-way" && progress.progress !== "begun";
}

/**
 * Draws the consequences of reports for live grants: ends them, and gives the go to hosts that have staged. The go is
 * decided anew, so nothing that was stopped meanwhile may switch.
 */
export class Settlement {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Settles what these hosts reported. Grants of `recheck` hosts are taken back when they are not offered any more. */
  async settle(unit: WriteUnit, hostIds: readonly HostId[], recheck: ReadonlySet<HostId>): Promise<Settled> {
    const freed = new Set<SubscriptionId>();
    for (const grant of await readLiveGrants(unit.db, hostIds, unit.now)) {
      const ended = (await this.#settleOne(unit, grant)) || (recheck.has(grant.hostId) && (await this.#recheck(unit, grant)));
      if (ended) freed.add(grant.subscriptionId);
    }
    return { freed };
  }

  /** True when the grant has ended. */
  async #settleOne(unit: WriteUnit, grant: LiveGrant): Promise<boolean> {
    const { progress } = grant;
    switch (progress.progress) {
      case "completed":
        await endGrant(unit, grant.grantId, "completed", "");
        return true;
      case "failed":
        await endGrant(unit, grant.grantId, "failed", progress.reason);
        return true;
      case "lapsed":
        await endGrant(unit, grant.grantId, "revoked", "it was halted, or its lease ended, before it began");
        unit.afterCommit(() => this.#deps.link().notify([grant.hostId]));
        return true;
      case "staged":
        return !(await this.#go(unit, grant));
      case "begun":
      case "under-way":
        return false;
      default:
        return assertNever(progress);
    }
  }

  async #isOffered(unit: WriteUnit, grant: LiveGrant): Promise<boolean> {
    const decided = await decideHost(unit.db, grant.hostId, unit.now);
    return decided.some(({ decision }) => decision.kind === "offer" && decision.grantId === grant.grantId);
  }

  /** The permission to switch, apart from the one to download. True when it was given. */
  async #go(unit: WriteUnit, grant: LiveGrant): Promise<boolean> {
    if (!(await this.#isOffered(unit, grant))) {
      await this.#takeBack(unit, grant);
      return false;
    }
    await unit.db
      .updateTable("grants")
      .set((eb) => ({ goAt: eb.fn.coalesce("goAt", eb.val(unit.now)) }))
      .where("id", "=", grant.grantId)
      .execute();
    unit.afterCommit(() => this.#deps.link().sendGo(grant.hostId, grant.grantId, grant.expiresAt - unit.now));
    return true;
  }

  /** True when it was taken back. A switch that has begun runs to its end. */
  async #recheck(unit: WriteUnit, grant: LiveGrant): Promise<boolean> {
    if (grant.progress.progress === "begun" || (await this.#isOffered(unit, grant))) return false;
    await this.#takeBack(unit, grant);
    return true;
  }

  async #takeBack(unit: WriteUnit, grant: LiveGrant): Promise<void> {
    this.#deps.halts.afterCommit(unit, await stopGrants(unit, { grantIds: [grant.grantId] }, "it is not offered any more"));
  }
}
