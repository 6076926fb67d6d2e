import { Select } from "@mantine/core";
import { useState } from "react";
import type { GroupRow, HostRow } from "#shared/contract/fleets.ts";
import { ReasonDialog } from "../../components/reason-dialog.tsx";
import { keys } from "../../data/query-keys.ts";
import { useContractAction } from "../../data/use-contract-action.ts";
import { useContractQuery } from "../../data/use-contract-query.ts";

/** Moves a host to another group of its fleet, and says what that does to what it runs. */
export function MoveDialog({ host, onClose }: { readonly host: HostRow; readonly onClose: () => void }) {
  const groups =
    useContractQuery(keys.fleet(host.fleetId), (client, signal) => client.fleets.get({ fleetId: host.fleetId }, { signal })).data?.groups ??
    [];
  const others = groups.filter((group) => group.id !== host.groupId);
  const [target, setTarget] = useState<GroupRow | undefined>();
  const move = useContractAction({
    run: (client, input: { groupId: GroupRow["id"]; reason: string }) => client.hosts.move({ hostId: host.id, ...input }),
    notDone: `${host.name} stays in ${host.groupName}.`,
    stale: ["hosts", "fleets", "home"],
    inline: true,
    onDone: onClose,
  });
  const confirm = (reason: string) => target !== undefined && move.mutate({ groupId: target.id, reason });
  return (
    <ReasonDialog
      title={`Move ${host.name} to another group`}
      verb={target === undefined ? "Move" : `Move to ${target.name}`}
      onClose={onClose}
      onConfirm={confirm}
      busy={move.isPending}
      error={move.error}
      disabled={target === undefined}
    >
      <Select
        label="Group"
        data-autofocus
        placeholder={others.length === 0 ? "The fleet has no other group" : "Choose one"}
        data={others.map((group) => ({ value: group.id, label: group.name }))}
        value={target?.id ?? null}
        onChange={(id) => setTarget(others.find((group) => group.id === id))}
      />
      <p>It gets the new group’s targets under the new group’s policy. Nothing is uninstalled.</p>
    </ReasonDialog>
  );
}
