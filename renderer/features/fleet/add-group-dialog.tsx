import type { FleetRow } from "#shared/contract/fleets.ts";
import { useContractAction } from "../../data/use-contract-action.ts";
import { SlugDialog } from "./slug-dialog.tsx";

/** Adds a group at the end of the order. */
export function AddGroupDialog({ fleet, onClose }: { readonly fleet: FleetRow; readonly onClose: () => void }) {
  const add = useContractAction({
    run: (client, name: string) => client.fleets.addGroup({ fleetId: fleet.id, name }),
    notDone: "The group was not added.",
    stale: ["fleets", "home"],
    inline: true,
    onDone: onClose,
  });
  return (
    <SlugDialog
      title={`Add a group to ${fleet.name}`}
      verb="Add the group"
      initial=""
      onClose={onClose}
      onSubmit={(name) => add.mutate(name)}
      busy={add.isPending}
      error={add.error}
    />
  );
}
