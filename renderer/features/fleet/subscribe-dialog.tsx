import { Select } from "@mantine/core";
import { useState } from "react";
import type { ApplicationRow } from "#shared/contract/applications.ts";
import type { GroupRow } from "#shared/contract/fleets.ts";
import { DialogFrame } from "../../components/dialog-frame.tsx";
import { keys } from "../../data/query-keys.ts";
import { useContractAction } from "../../data/use-contract-action.ts";
import { useContractQuery } from "../../data/use-contract-query.ts";

type Choice = { readonly application: ApplicationRow; readonly channelId: ApplicationRow["channels"][number]["id"] | undefined };

/** Subscribes a group to an application, following a channel or nothing. */
export function SubscribeDialog({ group, onClose }: { readonly group: GroupRow; readonly onClose: () => void }) {
  const all = useContractQuery(keys.applications(), (client, signal) => client.applications.list(undefined, { signal })).data ?? [];
  const open = all.filter((one) => !group.subscriptions.some((subscription) => subscription.applicationId === one.id));
  const [choice, setChoice] = useState<Choice | undefined>();
  const subscribe = useContractAction({
    run: (client, input: Choice) =>
      client.subscriptions.create({
        groupId: group.id,
        applicationId: input.application.id,
        ...(input.channelId === undefined ? {} : { channelId: input.channelId }),
      }),
    notDone: `${group.name} is not subscribed.`,
    stale: ["fleets", "home", "hosts"],
    inline: true,
    onDone: onClose,
  });
  const pick = (id: string | null) => {
    const application = open.find((one) => one.id === id);
    setChoice(application && { application, channelId: application.channels[0]?.id });
  };
  const follow = (id: string | null) =>
    choice && setChoice({ ...choice, channelId: choice.application.channels.find((one) => one.id === id)?.id });
  return (
    <DialogFrame
      title={`Subscribe ${group.name} to an application`}
      onClose={onClose}
      verb="Subscribe"
      onSubmit={() => choice && subscribe.mutate(choice)}
      isReady={choice !== undefined}
      busy={subscribe.isPending}
      error={subscribe.error}
    >
      {all.length > 0 && open.length === 0 && <p>{group.name} is subscribed to every application there is.</p>}
      {all.length === 0 && <p>There is no application yet. Register one first; its releases are what hosts run.</p>}
      <Select
        label="Application"
        placeholder="Choose one"
        data={open.map((one) => ({ value: one.id, label: one.name }))}
        value={choice?.application.id ?? null}
        onChange={pick}
        disabled={open.length === 0}
        data-autofocus
        searchable
      />
      {choice !== undefined && (
        <Select
          label="Channel"
          description="When the channel moves, a rollout for this group is made. Without a channel only rollouts that you start change its target."
          placeholder="Follow no channel"
          data={choice.application.channels.map((one) => ({ value: one.id, label: one.name }))}
          value={choice.channelId ?? null}
          onChange={follow}
          clearable
        />
      )}
    </DialogFrame>
  );
}
