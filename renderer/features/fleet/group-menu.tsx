import { ActionIcon, Menu } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { useState } from "react";
import type { FleetRow, GroupRow } from "#shared/contract/fleets.ts";
import { useContractAction } from "../../data/use-contract-action.ts";
import { useDenial } from "../../data/use-principal.ts";
import { useUrlPatch } from "../../data/use-url-patch.ts";
import classes from "./fleet.module.css";
import { RemoveGroupDialog } from "./remove-group-dialog.tsx";
import { RenameGroupDialog } from "./rename-group-dialog.tsx";
import { movedOrder } from "./view-model.ts";

type GroupMenuProps = {
  readonly fleet: FleetRow;
  readonly group: GroupRow;
  readonly groups: readonly GroupRow[];
  readonly onSubscribe: () => void;
};

/** What can be done to a group. */
export function GroupMenu({ fleet, group, groups, onSubscribe }: GroupMenuProps) {
  const [dialog, setDialog] = useState<"rename" | "remove" | undefined>();
  const denial = useDenial("fleet.manage");
  const patch = useUrlPatch();
  const order = useContractAction({
    run: (client, groupIds: GroupRow["id"][]) => client.fleets.orderGroups({ fleetId: fleet.id, groupIds }),
    notDone: "The groups stay in their order.",
    stale: ["fleets", "home"],
  });
  const earlier = movedOrder(groups, group.id, -1);
  const later = movedOrder(groups, group.id, 1);
  if (denial !== undefined) return null;
  const close = () => setDialog(undefined);
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" size="sm" aria-label={`Actions for group ${group.name}`} className={classes["end"] ?? ""}>
            <IconDots size={15} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={onSubscribe}>Subscribe to an application</Menu.Item>
          <Menu.Item onClick={() => patch({ enrol: "host", group: group.id })}>Enrol a host into it</Menu.Item>
          <Menu.Item disabled={earlier === undefined} onClick={() => earlier !== undefined && order.mutate(earlier)}>
            Move earlier
          </Menu.Item>
          <Menu.Item disabled={later === undefined} onClick={() => later !== undefined && order.mutate(later)}>
            Move later
          </Menu.Item>
          <Menu.Item onClick={() => setDialog("rename")}>Rename</Menu.Item>
          <Menu.Divider />
          <Menu.Item onClick={() => setDialog("remove")}>Remove the group</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {dialog === "rename" && <RenameGroupDialog group={group} onClose={close} />}
      {dialog === "remove" && <RemoveGroupDialog group={group} onClose={close} />}
    </>
  );
}
