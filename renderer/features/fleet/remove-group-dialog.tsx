import type { GroupRow } from "#shared/contract/fleets.ts";
import { ConfirmByTyping } from "../../components/confirm-by-typing.tsx";
import { useContractAction } from "../../data/use-contract-action.ts";

/** Removes a group and its subscriptions with their history. */
export function RemoveGroupDialog({ group, onClose }: { readonly group: GroupRow; readonly onClose: () => void }) {
  const remove = useContractAction({
    run: (client, _input: string) => client.fleets.removeGroup({ groupId: group.id }),
    notDone: "The group was not removed.",
    stale: ["fleets", "home", "hosts"],
    inline: true,
    onDone: onClose,
  });
  return (
    <ConfirmByTyping
      title={`Remove the group ${group.name}`}
      verb="Remove the group"
      name={group.name}
      onClose={onClose}
      onConfirm={(reason) => remove.mutate(reason)}
      busy={remove.isPending}
      error={remove.error}
    >
      <p>
        Its {group.subscriptions.length}{" "}
        {group.subscriptions.length === 1 ? "subscription and its history go" : "subscriptions and their histories go"} with it. A group
        that still has hosts cannot be removed: move them first.
      </p>
    </ConfirmByTyping>
  );
}
