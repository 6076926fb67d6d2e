import { ActionIcon, Menu } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "wouter";
import type { SubscriptionRow } from "#shared/contract/fleets.ts";
import type { RolloutRow } from "#shared/contract/rollouts.ts";
import { rolloutLook } from "../../components/state-status.ts";
import { StatusBadge } from "../../components/status-badge.tsx";
import { VersionTag } from "../../components/version-tag.tsx";
import { useContractAction } from "../../data/use-contract-action.ts";
import { useDenial } from "../../data/use-principal.ts";
import { useUrlPatch } from "../../data/use-url-patch.ts";
import classes from "./fleet.module.css";
import { policyWords } from "./policy-words.ts";
import { ResumeDialog } from "./resume-dialog.tsx";

/** One subscription: its target, what it follows, what bounds it. Pausing never asks. */
export function SubscriptionLine({
  subscription,
  rollout,
}: {
  readonly subscription: SubscriptionRow;
  readonly rollout: RolloutRow | undefined;
}) {
  const patch = useUrlPatch();
  const open = () => patch({ subscription: subscription.id });
  return (
    <li className={classes["subscription"]}>
      <div className={classes["subscriptionHead"]}>
        <button type="button" className={`rc-link ${classes["plain"]}`} onClick={open}>
          {subscription.applicationName}
        </button>
        <TargetVersions subscription={subscription} />
        <SubscriptionMenu subscription={subscription} onOpen={open} />
      </div>
      <div className={classes["subscriptionWords"]}>
        <FollowWords subscription={subscription} />
        {policyWords(subscription.policy).map((word) => (
          <span key={word}>{word}</span>
        ))}
      </div>
      {rollout !== undefined && (
        <Link className={`rc-link ${classes["small"]}`} href={`/rollouts/${rollout.id}`}>
          <StatusBadge status={rolloutLook(rollout.state).status} word={`Rollout ${rolloutLook(rollout.state).word.toLowerCase()}`} />
        </Link>
      )}
      {subscription.policy.paused && <StatusBadge status="paused" word="Paused: nothing is offered" />}
    </li>
  );
}

/** While a rollout is under way, hosts whose wave has not opened are still offered what was before. */
function TargetVersions({ subscription }: { readonly subscription: SubscriptionRow }) {
  const { previousTargetVersion: before, targetVersion, activeRolloutId } = subscription;
  const isMoving = activeRolloutId !== undefined && before !== undefined && before !== targetVersion;
  return (
    <span className={classes["targets"]}>
      {isMoving && (
        <>
          <VersionTag version={before} tone="quiet" />
          <span aria-label="to">→</span>
        </>
      )}
      <VersionTag version={targetVersion} />
    </span>
  );
}

function FollowWords({ subscription }: { readonly subscription: SubscriptionRow }) {
  if (subscription.heldBack !== undefined) return <span className={classes["held"]}>{subscription.heldBack}</span>;
  if (subscription.following && subscription.channelName !== undefined) return <span>follows {subscription.channelName}</span>;
  return <span>follows no channel</span>;
}

function SubscriptionMenu({ subscription, onOpen }: { readonly subscription: SubscriptionRow; readonly onOpen: () => void }) {
  const denial = useDenial("rollout.control");
  const [isResuming, setResuming] = useState(false);
  const input = { subscriptionId: subscription.id };
  const pause = useContractAction({
    run: (client, reason: string) => client.subscriptions.pause({ ...input, reason }),
    notDone: `${subscription.applicationName} was not paused.`,
    stale: ["fleets", "home"],
  });
  const { channelId } = subscription;
  const reattach = useContractAction({
    run: (client, channel: NonNullable<typeof channelId>) => client.subscriptions.reattach({ ...input, channelId: channel }),
    notDone: `${subscription.applicationName} does not follow its channel again.`,
    stale: ["fleets", "home"],
  });
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon
            variant="subtle"
            size="sm"
            aria-label={`Actions for ${subscription.applicationName} in ${subscription.groupName}`}
            className={classes["end"] ?? ""}
          >
            <IconDots size={15} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={onOpen}>Policy and history</Menu.Item>
          {subscription.policy.paused ? (
            <Menu.Item disabled={denial !== undefined} onClick={() => setResuming(true)}>
              Resume
            </Menu.Item>
          ) : (
            <Menu.Item disabled={denial !== undefined} onClick={() => pause.mutate("")}>
              Pause: stop offering
            </Menu.Item>
          )}
          {!subscription.following && channelId !== undefined && (
            <Menu.Item disabled={denial !== undefined} onClick={() => reattach.mutate(channelId)}>
              Follow {subscription.channelName ?? "its channel"} again
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {isResuming && <ResumeDialog subscription={subscription} onClose={() => setResuming(false)} />}
    </>
  );
}
