import { Menu } from "@mantine/core";
import { useLocation, useParams, useSearchParams } from "wouter";
import type { ApplicationRow } from "#shared/contract/applications.ts";
import { applicationId as applicationIdSchema } from "#shared/lib/ids.ts";
import { Answer } from "../../components/answer.tsx";
import { ButtonWithReason } from "../../components/button-with-reason.tsx";
import { MoreMenu } from "../../components/more-menu.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { keys } from "../../data/query-keys.ts";
import { useContractQuery } from "../../data/use-contract-query.ts";
import { useDenial } from "../../data/use-principal.ts";
import { useUrlPatch } from "../../data/use-url-patch.ts";
import { useCommand } from "../../stores/command-store.ts";
import classes from "./application.module.css";
import { AdoptDialog } from "./adopt-dialog.tsx";
import { AdoptionsPanel } from "./adoptions-panel.tsx";
import { ChannelsPanel } from "./channels-panel.tsx";
import { CreateChannelDialog } from "./create-channel-dialog.tsx";
import { EditDialog } from "./edit-dialog.tsx";
import { MoveChannelDialog } from "./move-channel-dialog.tsx";
import { ReleaseDrawer } from "./release-drawer.tsx";
import { ReleasesPanel } from "./releases-panel.tsx";

/** One application: its channels, its releases, and what can be done with each. */
export function Screen() {
  const { applicationId = "" } = useParams();
  const id = applicationIdSchema.safeParse(applicationId);
  const application = useContractQuery(
    keys.application(applicationId),
    (client, signal) => client.applications.get({ applicationId: applicationIdSchema.parse(applicationId) }, { signal }),
    { enabled: id.success },
  );
  return (
    <Answer of={application} lines={8}>
      {(row) => <ApplicationPage application={row} />}
    </Answer>
  );
}

function ApplicationPage({ application }: { readonly application: ApplicationRow }) {
  const [search] = useSearchParams();
  const [, navigate] = useLocation();
  const patch = useUrlPatch();
  const denial = useDenial("release.publish");
  useCommand("release.adopt", () => patch({ open: "adopt" }), denial);
  return (
    <>
      <PageHeader
        title={application.name}
        aside={
          <code className={classes["product"]} translate="no">
            {application.productId}
          </code>
        }
        parents={[{ href: "/applications", name: "Applications" }]}
        {...(application.description === "" ? {} : { lead: application.description })}
        actions={
          <>
            {denial === undefined && (
              <MoreMenu>
                <Menu.Item onClick={() => patch({ open: "adopt" })}>Bring in a release from a store</Menu.Item>
                <Menu.Item onClick={() => patch({ open: "edit" })}>Edit name and description</Menu.Item>
              </MoreMenu>
            )}
            <ButtonWithReason reason={denial} onClick={() => navigate(`/publish?application=${application.id}`)}>
              Publish a release
            </ButtonWithReason>
          </>
        }
      />
      <ApplicationPanels application={application} canPublish={denial === undefined} />
      {search.get("open") === "adopt" && (
        <AdoptDialog application={application} onClose={() => patch({ open: undefined, store: undefined, reference: undefined })} />
      )}
      {search.get("open") === "edit" && <EditDialog application={application} onClose={() => patch({ open: undefined })} />}
      {search.get("open") === "channel" && <CreateChannelDialog application={application} onClose={() => patch({ open: undefined })} />}
    </>
  );
}

function ApplicationPanels({ application, canPublish }: { readonly application: ApplicationRow; readonly canPublish: boolean }) {
  const [search] = useSearchParams();
  const patch = useUrlPatch();
  const control = useDenial("rollout.control");
  const releases = useContractQuery(keys.releases(application.id), (client, signal) =>
    client.releases.list({ applicationId: application.id }, { signal }),
  );
  const fleets = useContractQuery(keys.fleets(), (client, signal) => client.fleets.list(undefined, { signal })).data ?? [];
  const releaseId = search.get("release") ?? undefined;
  return (
    <Answer of={releases} lines={8}>
      {(rows) => (
        <div className={classes["page"]}>
          <AdoptionsPanel application={application} />
          <ChannelsPanel
            application={application}
            releases={rows}
            fleets={fleets}
            denial={control}
            onMove={(channel) => patch({ open: "move", channel })}
            onCreate={canPublish ? () => patch({ open: "channel" }) : undefined}
          />
          <ReleasesPanel
            application={application}
            releases={rows}
            selected={releaseId}
            canPublish={canPublish}
            onOpen={(release) => patch({ release })}
          />
          <ReleaseDrawer
            application={application}
            release={rows.find((one) => one.id === releaseId)}
            fleets={fleets}
            onClose={() => patch({ release: undefined })}
            onMoveChannel={(release) => patch({ open: "move", release, channel: undefined })}
          />
          {search.get("open") === "move" && (
            <MoveChannelDialog
              application={application}
              releases={rows}
              fleets={fleets}
              channelId={search.get("channel") ?? undefined}
              releaseId={releaseId}
              onClose={() => patch({ open: undefined, channel: undefined })}
            />
          )}
        </div>
      )}
    </Answer>
  );
}
