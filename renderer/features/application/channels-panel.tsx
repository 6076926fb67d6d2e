import { Button } from "@mantine/core";
import { Link } from "wouter";
import type { ApplicationRow, ChannelRow, ReleaseRow } from "#shared/contract/applications.ts";
import type { FleetRow } from "#shared/contract/fleets.ts";
import { ButtonWithReason } from "../../components/button-with-reason.tsx";
import { Panel } from "../../components/panel.tsx";
import { TimeAgo } from "../../components/time-ago.tsx";
import { VersionTag } from "../../components/version-tag.tsx";
import classes from "./application.module.css";
import { channelLag, followersOf } from "./view-model.ts";

type ChannelsPanelProps = {
  readonly application: ApplicationRow;
  readonly releases: readonly ReleaseRow[];
  readonly fleets: readonly FleetRow[];
  readonly denial: string | undefined;
  readonly onMove: (channelId: string) => void;
  readonly onCreate: (() => void) | undefined;
};

/** The channels: what each points at, and who follows it there. */
export function ChannelsPanel({ application, releases, fleets, denial, onMove, onCreate }: ChannelsPanelProps) {
  const hasReleases = releases.some((one) => one.state === "published" && one.blocked === undefined);
  const reason = denial ?? (hasReleases ? undefined : "Publish a release first: a channel points at a published one.");
  const actions = onCreate !== undefined && (
    <Button size="compact-sm" variant="subtle" onClick={onCreate}>
      New channel
    </Button>
  );
  return (
    <Panel title="Channels" note="names for the release that groups follow" actions={actions} flush>
      {application.channels.length === 0 ? (
        <p className={classes["quiet"]}>
          No channel yet. A group that follows one, such as “stable”, gets a rollout whenever it moves; without one you start every rollout
          yourself.
        </p>
      ) : (
        <ul className={classes["channels"]}>
          {application.channels.map((channel) => (
            <ChannelLine
              key={channel.id}
              channel={channel}
              behind={channelLag(application, releases, channel.releaseId)}
              fleets={fleets}
              reason={reason}
              onMove={() => onMove(channel.id)}
            />
          ))}
        </ul>
      )}
    </Panel>
  );
}

type ChannelLineProps = {
  readonly channel: ChannelRow;
  readonly behind: number | undefined;
  readonly fleets: readonly FleetRow[];
  readonly reason: string | undefined;
  readonly onMove: () => void;
};

function ChannelLine({ channel, behind, fleets, reason, onMove }: ChannelLineProps) {
  const followers = followersOf(channel.id, fleets);
  return (
    <li className={classes["channel"]}>
      <strong className={classes["channelName"]}>{channel.name}</strong>
      <span className={classes["channelAt"]}>
        {channel.version === undefined ? (
          <span className={classes["faint"]}>points nowhere yet</span>
        ) : (
          <VersionTag version={channel.version} />
        )}
        {behind !== undefined && behind > 0 && (
          <span className={classes["faint"]}>
            {behind} newer {behind === 1 ? "release" : "releases"}
          </span>
        )}
      </span>
      <span className={classes["followers"]}>
        {followers.length === 0 && <span className={classes["faint"]}>nobody follows it</span>}
        {followers.map((one) => (
          <span key={one.fleetId}>
            <Link className="rc-link" href={`/fleets/${one.fleetId}`}>
              {one.fleetName}
            </Link>{" "}
            <span className={classes["faint"]}>{one.groups.join(", ")}</span>
          </span>
        ))}
      </span>
      <span className={classes["moved"]}>
        moved <TimeAgo at={channel.updatedAt} />
      </span>
      <ButtonWithReason size="compact-sm" variant="default" reason={reason} onClick={onMove}>
        Move
      </ButtonWithReason>
    </li>
  );
}
