import { Ordinal } from "../../components/ordinal.tsx";
import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "wouter";
import type { FleetRow, GroupRow } from "#shared/contract/fleets.ts";
import type { RolloutRow } from "#shared/contract/rollouts.ts";
import { useDenial } from "../../data/use-principal.ts";
import classes from "./fleet.module.css";
import { GroupMenu } from "./group-menu.tsx";
import { SubscribeDialog } from "./subscribe-dialog.tsx";
import { SubscriptionLine } from "./subscription-line.tsx";

type GroupCardProps = {
  readonly fleet: FleetRow;
  readonly group: GroupRow;
  readonly groups: readonly GroupRow[];
  readonly ordinal: number;
  /** Rollouts under way in the fleet. */
  readonly rollouts: readonly RolloutRow[];
  readonly onEnrol: (() => void) | undefined;
};

/** One group: who is in it, what it is subscribed to. */
export function GroupCard({ fleet, group, groups, ordinal, rollouts, onEnrol }: GroupCardProps) {
  const [isSubscribing, setSubscribing] = useState(false);
  const denial = useDenial("rollout.control");
  const query = encodeURIComponent(`group:${group.name}`);
  return (
    <li className={classes["group"]}>
      <div className={classes["groupHead"]}>
        <Ordinal>{ordinal}</Ordinal>
        <Link className="rc-link" href={`/fleets/${fleet.id}?q=${query}`}>
          {group.name}
        </Link>
        <span className={classes["groupHosts"]}>
          <span className="rc-num">
            {group.connected}/{group.hosts}
          </span>{" "}
          connected
        </span>
        <GroupMenu fleet={fleet} group={group} groups={groups} onSubscribe={() => setSubscribing(true)} />
      </div>
      <ul className={classes["subscriptions"]}>
        {group.subscriptions.map((subscription) => (
          <SubscriptionLine
            key={subscription.id}
            subscription={subscription}
            rollout={rollouts.find((rollout) => rollout.id === subscription.activeRolloutId)}
          />
        ))}
      </ul>
      {group.subscriptions.length === 0 && <p className={classes["groupEmpty"]}>Subscribed to nothing: its hosts are left alone.</p>}
      <div className={classes["groupFoot"]}>
        {onEnrol !== undefined && (
          <Button size="compact-sm" onClick={onEnrol}>
            Enrol the first host
          </Button>
        )}
        {denial === undefined && group.subscriptions.length === 0 && (
          <Button size="compact-sm" variant="subtle" leftSection={<IconPlus size={14} />} onClick={() => setSubscribing(true)}>
            Subscribe to an application
          </Button>
        )}
      </div>
      {isSubscribing && <SubscribeDialog group={group} onClose={() => setSubscribing(false)} />}
    </li>
  );
}
