import type { GrantId, HostId, SubscriptionId } from "#shared/lib/ids.ts";
import type { WriteUnit } from "../db/store.ts";
import { endGrant, stopGrants } from "./grants.ts";
import type { Halts } from "./halts.ts";
import type { HostLink } from "./host-link.ts";
import { readLiveGrants, type LiveGrant } from "./live-grants.ts";
import { decideHosts } from "./decisions.ts";

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
    const grants = await readLiveGrants(unit.db, hostIds, unit.now);
    const ended = grants.filter(
      ({ progress }) => progress.progress === "completed" || progress.progress === "failed" || progress.progress === "lapsed",
    );
    for (const grant of ended) await this.#end(unit, grant);
    const asked = grants.filter(
      (grant) =>
        !ended.includes(grant) &&
        (grant.progress.progress === "staged" || (recheck.has(grant.hostId) && grant.progress.progress !== "begun")),
    );
    const offered = await readOffered(unit, asked);
    const gone = asked.filter((grant) => !offered.has(grant.grantId));
    if (gone.length > 0)
      this.#deps.halts.afterCommit(
        unit,
        await stopGrants(unit, { grantIds: gone.map((grant) => grant.grantId) }, "it is not offered any more"),
      );
    await this.#go(
      unit,
      asked.filter((grant) => offered.has(grant.grantId) && grant.progress.progress === "staged"),
    );
    return { freed: new Set([...ended, ...gone].map((grant) => grant.subscriptionId)) };
  }

  async #end(unit: WriteUnit, grant: LiveGrant): Promise<void> {
    const { progress } = grant;
    if (progress.progress === "completed") return endGrant(unit, grant.grantId, "completed", "");
    if (progress.progress === "failed") return endGrant(unit, grant.grantId, "failed", progress.reason);
    await endGrant(unit, grant.grantId, "revoked", "it was halted, or its lease ended, before it began");
    unit.afterCommit(() => this.#deps.link().notify([grant.hostId]));
  }

  /** The permission to switch, apart from the one to download. */
  async #go(unit: WriteUnit, grants: readonly LiveGrant[]): Promise<void> {
    if (grants.length === 0) return;
    await unit.db
      .updateTable("grants")
      .set((eb) => ({ goAt: eb.fn.coalesce("goAt", eb.val(unit.now)) }))
      .where(
        "id",
        "in",
        grants.map((grant) => grant.grantId),
      )
      .execute();
    unit.afterCommit(() => {
      for (const grant of grants) this.#deps.link().sendGo(grant.hostId, grant.grantId, grant.expiresAt - unit.now);
    });
  }
}

/** Which of these live grants are still offered: decided anew, so nothing that was stopped meanwhile may switch. */
async function readOffered(unit: WriteUnit, grants: readonly LiveGrant[]): Promise<ReadonlySet<GrantId>> {
  if (grants.length === 0) return new Set();
  const decided = await decideHosts(unit.db, [...new Set(grants.map((grant) => grant.hostId))], unit.now);
  return new Set(
    decided.flatMap(({ decision }) => (decision.kind === "offer" && decision.grantId !== undefined ? [decision.grantId] : [])),
  );
}
