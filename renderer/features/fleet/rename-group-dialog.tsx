import type { GroupRow } from "#shared/contract/fleets.ts";
import { useContractAction } from "../../data/use-contract-action.ts";
import { SlugDialog } from "./slug-dialog.tsx";

/** Renames a group. */
export function RenameGroupDialog({ group, onClose }: { readonly group: GroupRow; readonly onClose: () => void }) {
  const rename = useContractAction({
    run: (client, name: string) => client.fleets.renameGroup({ groupId: group.id, revision: group.revision, name }),
    notDone: "The group keeps its name.",
    stale: ["fleets", "home", "hosts"],
    inline: true,
    onDone: onClose,
  });
  return (
    <SlugDialog
      title={`Rename ${group.name}`}
      verb="Rename"
      initial={group.name}
      onClose={onClose}
      onSubmit={(name) => rename.mutate(name)}
      busy={rename.isPending}
      error={rename.error}
    />
  );
}
