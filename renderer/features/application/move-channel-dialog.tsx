import { Select, Textarea } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { useLocation } from "wouter";
import type { ApplicationRow, ChannelRow, ReleaseRow } from "#shared/contract/applications.ts";
import type { FleetRow } from "#shared/contract/fleets.ts";
import { DialogFrame } from "../../components/dialog-frame.tsx";
import { useContractAction } from "../../data/use-contract-action.ts";
import classes from "./application.module.css";
import { channelToMove, fleetsToMove, moveConsequence } from "./view-model.ts";

type MoveChannelDialogProps = {
  readonly application: ApplicationRow;
  readonly releases: readonly ReleaseRow[];
  readonly fleets: readonly FleetRow[];
  readonly channelId: string | undefined;
  readonly releaseId: string | undefined;
  readonly onClose: () => void;
};

type Move = { readonly channel: ChannelRow; readonly release: ReleaseRow; readonly reason: string };

/** Points a channel at a release, and says which rollouts that starts before it does. */
export function MoveChannelDialog({ application, releases, fleets, channelId, releaseId, onClose }: MoveChannelDialogProps) {
  const offerable = releases.filter((one) => one.state === "published" && one.blocked === undefined);
  const [channel, setChannel] = useState(channelToMove(application.channels, channelId, releaseId));
  const [release, setRelease] = useState(offerable.find((one) => one.id === releaseId) ?? firstOther(offerable, channel));
  const [reason, setReason] = useState("");
  const move = useMove(onClose);
  const isSame = channel !== undefined && release !== undefined && channel.releaseId === release.id;
  const ready = channel !== undefined && release !== undefined && !isSame ? { channel, release, reason: reason.trim() } : undefined;
  return (
    <DialogFrame
      title={`Move a channel of ${application.name}`}
      onClose={onClose}
      verb={ready === undefined ? "Move the channel" : `Move ${ready.channel.name} to ${ready.release.version}`}
      onSubmit={() => ready !== undefined && move.mutate(ready)}
      isReady={ready !== undefined}
      busy={move.isPending}
      error={move.error}
      notDone="The channel stays where it is."
    >
      <div className={classes["pair"]}>
        <Select
          label="Channel"
          data={application.channels.map((one) => ({ value: one.id, label: one.name }))}
          value={channel?.id ?? null}
          onChange={(id) => setChannel(application.channels.find((one) => one.id === id))}
          allowDeselect={false}
        />
        <Select
          label="Release"
          data={offerable.map((one) => ({ value: one.id, label: one.version }))}
          value={release?.id ?? null}
          onChange={(id) => setRelease(offerable.find((one) => one.id === id))}
          error={isSame ? `${channel.name} points at it already.` : undefined}
          allowDeselect={false}
          searchable
        />
      </div>
      {ready !== undefined && <Consequence move={ready} fleets={fleets} />}
      <Textarea
        label="Reason"
        description="Optional. It stands in the audit and on the rollouts."
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        autosize
        minRows={1}
        maxLength={500}
        data-autofocus
      />
    </DialogFrame>
  );
}

const firstOther = (releases: readonly ReleaseRow[], channel: ChannelRow | undefined): ReleaseRow | undefined =>
  releases.find((one) => one.id !== channel?.releaseId) ?? releases[0];

function useMove(onClose: () => void) {
  const [, navigate] = useLocation();
  return useContractAction({
    run: (client, { channel, release, reason }: Move) => client.channels.move({ channelId: channel.id, releaseId: release.id, reason }),
    notDone: "The channel stays where it is.",
    stale: ["applications", "releases", "rollouts", "fleets", "home"],
    inline: true,
    onDone: ({ rolloutIds }, { channel, release }) => {
      const count = rolloutIds.length;
      notifications.show({
        title: `${channel.name} is at ${release.version}`,
        message: count === 0 ? "No rollout was needed." : count === 1 ? "One rollout started." : `${count} rollouts started.`,
        autoClose: 6000,
      });
      if (count === 0) onClose();
      else navigate(count === 1 ? `/rollouts/${rolloutIds[0] ?? ""}` : "/rollouts");
    },
  });
}

function Consequence({ move, fleets }: { readonly move: Move; readonly fleets: readonly FleetRow[] }) {
  const followers = fleetsToMove(move.channel.id, move.release.id, fleets);
  return (
    <div className={classes["consequence"]}>
      <strong>{moveConsequence(followers)}</strong>
      <ul>
        {followers.map((one) => (
          <li key={one.fleetId}>
            {one.fleetName}: {one.groups.join(" → ")}
          </li>
        ))}
      </ul>
    </div>
  );
}
