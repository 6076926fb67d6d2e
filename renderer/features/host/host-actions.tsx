import { Button, Menu } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import type { HostDetail } from "#shared/contract/fleets.ts";
import { MoreMenu } from "../../components/more-menu.tsx";
import { useContractAction } from "../../data/use-contract-action.ts";
import { useDenial } from "../../data/use-principal.ts";
import classes from "./host.module.css";
import { LogDrawer } from "./log-drawer.tsx";
import { MoveDialog } from "./move-dialog.tsx";
import { PinDialog } from "./pin-dialog.tsx";
import { RevokeDialog } from "./revoke-dialog.tsx";

type Application = HostDetail["host"]["applications"][number];
type Dialog = "move" | "pin" | "revoke";

/** What can be done to a host. Restart and collect logs are per application; nothing destroys without its name typed. */
export function HostActions({ detail }: { readonly detail: HostDetail }) {
  const { host } = detail;
  const [dialog, setDialog] = useState<Dialog | undefined>();
  const [followed, follow] = useState<Application | undefined>();
  const denial = useDenial("host.manage");
  const told = (what: string) => () =>
    notifications.show({
      title: `${what} ordered`,
      message: `${host.name} does it as soon as it is connected; the timeline tells.`,
      autoClose: 5000,
    });
  const restart = useContractAction({
    run: (client, one: Application) => client.hosts.restart({ hostId: host.id, applicationId: one.applicationId }),
    notDone: "The restart was not ordered.",
    stale: ["hosts"],
    onDone: told("Restart"),
  });
  const collect = useContractAction({
    run: (client, one: Application) => client.hosts.collectLogs({ hostId: host.id, applicationId: one.applicationId }),
    notDone: "No logs were asked for.",
    stale: ["hosts"],
    onDone: told("Logs"),
  });
  const unpin = useContractAction({
    run: (client, reason: string) => client.hosts.unpin({ hostId: host.id, reason }),
    notDone: "The host is still pinned.",
    stale: ["hosts"],
  });
  const close = () => setDialog(undefined);
  if (host.state === "revoked" || denial !== undefined) return null;
  return (
    <>
      <PerApplication verb="Follow log" applications={host.applications} busy={false} onPick={follow} />
      <PerApplication verb="Collect logs" applications={host.applications} busy={collect.isPending} onPick={(one) => collect.mutate(one)} />
      <PerApplication verb="Restart" applications={host.applications} busy={restart.isPending} onPick={(one) => restart.mutate(one)} />
      <MoreMenu>
        <Menu.Item onClick={() => setDialog("move")}>Move to another group</Menu.Item>
        {host.pinnedReleaseId === undefined ? (
          <Menu.Item onClick={() => setDialog("pin")}>Pin to a release</Menu.Item>
        ) : (
          <Menu.Item onClick={() => unpin.mutate("")}>Unpin</Menu.Item>
        )}
        <Menu.Divider />
        <Menu.Item className={classes["danger"] ?? ""} onClick={() => setDialog("revoke")}>
          Revoke the host
        </Menu.Item>
      </MoreMenu>
      {followed !== undefined && <LogDrawer host={host} application={followed} onClose={() => follow(undefined)} />}
      {dialog === "move" && <MoveDialog host={host} onClose={close} />}
      {dialog === "pin" && <PinDialog host={host} onClose={close} />}
      {dialog === "revoke" && <RevokeDialog host={host} onClose={close} />}
    </>
  );
}

type PerApplicationProps = {
  readonly verb: string;
  readonly applications: readonly Application[];
  readonly busy: boolean;
  readonly onPick: (one: Application) => void;
};

/** A button for the one application, a menu for several. */
function PerApplication({ verb, applications, busy, onPick }: PerApplicationProps) {
  const only = applications[0];
  if (only === undefined) return null;
  if (applications.length === 1) {
    return (
      <Button variant="default" loading={busy} onClick={() => onPick(only)}>
        {verb}
      </Button>
    );
  }
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" loading={busy}>
          {verb}…
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{verb} of</Menu.Label>
        {applications.map((one) => (
          <Menu.Item key={one.applicationId} onClick={() => onPick(one)}>
            {one.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
