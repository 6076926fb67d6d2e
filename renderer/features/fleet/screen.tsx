import { Menu, Tabs } from "@mantine/core";
import { useParams, useSearchParams } from "wouter";
import type { FleetRow } from "#shared/contract/fleets.ts";
import { fleetId as fleetIdSchema } from "#shared/lib/ids.ts";
import { Answer } from "../../components/answer.tsx";
import { ButtonWithReason } from "../../components/button-with-reason.tsx";
import { MoreMenu } from "../../components/more-menu.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { keys } from "../../data/query-keys.ts";
import { useContractQuery } from "../../data/use-contract-query.ts";
import { useDenial } from "../../data/use-principal.ts";
import { useCommand } from "../../stores/command-store.ts";
import { AddGroupDialog } from "./add-group-dialog.tsx";
import { EditFleetDialog } from "./edit-fleet-dialog.tsx";
import { EnrolDialog } from "./enrol-dialog.tsx";
import classes from "./fleet.module.css";
import { GroupFlow } from "./group-flow.tsx";
import { HostsPanel } from "./hosts-panel.tsx";
import { SubscriptionDrawer } from "./subscription-drawer.tsx";
import { TokensPanel } from "./tokens-panel.tsx";
import { useUrlPatch } from "../../data/use-url-patch.ts";

/** One fleet: its groups in order with what they run, its hosts, its tokens. */
export function Screen() {
  const { fleetId = "" } = useParams();
  const id = fleetIdSchema.safeParse(fleetId);
  const fleet = useContractQuery(
    keys.fleet(fleetId),
    (client, signal) => client.fleets.get({ fleetId: fleetIdSchema.parse(fleetId) }, { signal }),
    { enabled: id.success },
  );
  return (
    <Answer of={fleet} lines={8}>
      {(row) => <FleetPage fleet={row} />}
    </Answer>
  );
}

function FleetPage({ fleet }: { readonly fleet: FleetRow }) {
  const [search] = useSearchParams();
  const patch = useUrlPatch();
  const denial = useDenial("fleet.manage");
  const dialog = search.get("open");
  const enrol = () => patch({ enrol: "host" });
  useCommand("host.enrol", enrol, denial);
  const isEmpty = fleet.hosts === 0;
  return (
    <>
      <PageHeader
        title={fleet.name}
        parents={[{ href: "/fleets", name: "Fleets" }]}
        lead={<FleetLead fleet={fleet} />}
        actions={
          <>
            <FleetMenu denial={denial} onOpen={(open) => patch({ open })} />
            <ButtonWithReason reason={denial} onClick={enrol}>
              Enrol a host
            </ButtonWithReason>
          </>
        }
      />
      <GroupFlow fleet={fleet} onEnrol={isEmpty && denial === undefined ? enrol : undefined} />
      <Tabs
        value={search.get("tab") ?? "hosts"}
        onChange={(tab) => patch({ tab: tab === "hosts" ? undefined : (tab ?? undefined) })}
        className={classes["tabs"] ?? ""}
        keepMounted={false}
      >
        <Tabs.List>
          <Tabs.Tab value="hosts">Hosts</Tabs.Tab>
          <Tabs.Tab value="tokens">Enrolment tokens</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="hosts" pt="md">
          <HostsPanel fleet={fleet} onEnrol={enrol} />
        </Tabs.Panel>
        <Tabs.Panel value="tokens" pt="md">
          <TokensPanel fleet={fleet} onEnrol={enrol} />
        </Tabs.Panel>
      </Tabs>
      {search.get("enrol") === "host" && (
        <EnrolDialog
          fleet={fleet}
          groupId={search.get("group") ?? undefined}
          onClose={() => patch({ enrol: undefined, group: undefined })}
        />
      )}
      {dialog === "edit" && <EditFleetDialog fleet={fleet} onClose={() => patch({ open: undefined })} />}
      {dialog === "group" && <AddGroupDialog fleet={fleet} onClose={() => patch({ open: undefined })} />}
      <SubscriptionDrawer
        fleet={fleet}
        subscriptionId={search.get("subscription") ?? undefined}
        onClose={() => patch({ subscription: undefined })}
      />
    </>
  );
}

function FleetLead({ fleet }: { readonly fleet: FleetRow }) {
  return (
    <>
      {fleet.description !== "" && `${fleet.description} · `}
      {fleet.connected} of {fleet.hosts} {fleet.hosts === 1 ? "host" : "hosts"} connected
    </>
  );
}

function FleetMenu({ denial, onOpen }: { readonly denial: string | undefined; readonly onOpen: (dialog: string) => void }) {
  return (
    <MoreMenu denial={denial}>
      <Menu.Item onClick={() => onOpen("edit")}>Edit name and description</Menu.Item>
      <Menu.Item onClick={() => onOpen("group")}>Add a group</Menu.Item>
    </MoreMenu>
  );
}
