import { ActionIcon, Menu, Tooltip } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import type { ReactNode } from "react";

type MoreMenuProps = {
  /** Why nothing of it may be done; shown in its place. */
  readonly denial?: string | undefined;
  /** `Menu.Item` elements. */
  readonly children: ReactNode;
};

/** The verbs of a page that are wanted rarely. */
export function MoreMenu({ denial, children }: MoreMenuProps) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Tooltip label={denial ?? "More"}>
          <ActionIcon variant="default" size={36} aria-label="More actions" disabled={denial !== undefined}>
            <IconDots size={17} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>{children}</Menu.Dropdown>
    </Menu>
  );
}
