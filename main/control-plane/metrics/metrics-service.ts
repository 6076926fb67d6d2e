import type { SystemStatus } from "#shared/contract/system.ts";
import type { FleetScope } from "#shared/domain/access/permission.ts";
import type { MetricFamily } from "#shared/domain/metrics/metric-family.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type { Store } from "../db/store.ts";
import { gauge, only } from "./gauge.ts";
import { readHostGauges } from "./host-gauges.ts";
import { readRolloutGauges } from "./rollout-gauges.ts";
import type { Tally } from "./tally.ts";
import { readWorkGauges } from "./work-gauges.ts";

type Deps = {
  readonly store: Store;
  readonly tally: Tally;
  readonly status: () => Promise<SystemStatus>;
  /** Changes of trust that wait for people's signatures. */
  readonly awaitedSignatures: () => Promise<readonly unknown[]>;
};

/** Everything that whoever is on call wants to watch, as numbers. Counted over all fleets at once. */
export class MetricsService {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** @throws AppError ACCESS_DENIED for who may see some fleets only: the numbers speak of all. */
  async read(scope: FleetScope): Promise<readonly MetricFamily[]> {
    if (scope !== "all")
      throw new AppError("ACCESS_DENIED", "Metrics speak of every fleet; this token or session may see some of them only.");
    const { store, tally, status, awaitedSignatures } = this.#deps;
    const [hosts, rollouts, work, system, awaited] = await Promise.all([
      readHostGauges(store.read),
      readRolloutGauges(store.read),
      readWorkGauges(store.read),
      status(),
      awaitedSignatures(),
    ]);
    return [...hosts, ...rollouts, ...work, ...systemGauges(system, awaited.length), ...tally.families()];
  }
}

function systemGauges({ version, shell, startedAt, trust, storage, agents }: SystemStatus, awaited: number): readonly MetricFamily[] {
  const expires = trust.expires.map(({ role, at }) => ({ labels: { role }, value: at / 1000 }));
  return [
    gauge("rollcall_build_info", "Always 1; what runs stands in its labels.", [{ labels: { version, shell }, value: 1 }]),
    gauge("rollcall_start_time_seconds", "When this control plane started, in seconds since 1970.", only(startedAt / 1000)),
    gauge("rollcall_link_connections", "Hosts with a live link now.", only(agents.connected)),
    gauge("rollcall_trust_expiry_time_seconds", "When the signed metadata of a role ends, in seconds since 1970.", expires),
    gauge("rollcall_awaited_signatures", "Changes that wait for signatures of operators.", only(awaited)),
    gauge("rollcall_database_bytes", "Size of the database.", only(storage.databaseBytes)),
    gauge("rollcall_stored_bytes", "Size of all files of the local store.", only(storage.blobBytes)),
    gauge("rollcall_free_bytes", "Bytes that are free where the data folder lies.", only(storage.freeBytes)),
  ];
}
