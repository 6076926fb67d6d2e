import type { FleetRow } from "#shared/contract/fleets.ts";
import { keys } from "../../data/query-keys.ts";
import { useContractQuery } from "../../data/use-contract-query.ts";
import classes from "./fleet.module.css";
import { GroupCard } from "./group-card.tsx";
import { orderedGroups } from "./view-model.ts";

/** The groups of a fleet from left to right, as rollouts go through them. */
export function GroupFlow({ fleet, onEnrol }: { readonly fleet: FleetRow; readonly onEnrol: (() => void) | undefined }) {
  const groups = orderedGroups(fleet);
  const filter = { fleetId: fleet.id, active: true } as const;
  const rollouts = useContractQuery(keys.rollouts(filter), (client, signal) => client.rollouts.list(filter, { signal })).data ?? [];
  return (
    <ol className={classes["flow"]} aria-label="Groups, in the order rollouts take them">
      {groups.map((group, at) => (
        <GroupCard
          key={group.id}
          fleet={fleet}
          group={group}
          groups={groups}
          rollouts={rollouts}
          ordinal={at + 1}
          onEnrol={at === 0 ? onEnrol : undefined}
        />
      ))}
    </ol>
  );
}
