import { useCallback, useMemo } from "react";
import { keys } from "../../data/query-keys.ts";
import { useContractQuery } from "../../data/use-contract-query.ts";
import type { NameOf } from "./view-model.ts";

/** Names of hosts, fleets and rollouts as they are called now, since the record itself speaks of ids. */
export function useNames(): NameOf {
  const hosts = useContractQuery(keys.hosts({}), (client, signal) => client.hosts.list({ limit: 5000 }, { signal })).data?.rows;
  const fleets = useContractQuery(keys.fleets(), (client, signal) => client.fleets.list(undefined, { signal })).data;
  const rollouts = useContractQuery(keys.rollouts({ limit: 500 }), (client, signal) =>
    client.rollouts.list({ limit: 500 }, { signal }),
  ).data;
  const names = useMemo(() => {
    const entries = [
      ...(hosts ?? []).map((host) => [`host:${host.id}`, host.name] as const),
      ...(fleets ?? []).map((fleet) => [`fleet:${fleet.id}`, fleet.name] as const),
      ...(rollouts ?? []).map((rollout) => [`rollout:${rollout.id}`, rollout.title] as const),
    ];
    return new Map<string, string>(entries);
  }, [hosts, fleets, rollouts]);
  return useCallback((subject) => names.get(subject), [names]);
}
