import { Button } from "@mantine/core";
import { IconUpload } from "@tabler/icons-react";
import { Link } from "wouter";
import type { ApplicationRow, ReleaseRow } from "#shared/contract/applications.ts";
import { DataTable } from "../../components/data-table.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { Panel } from "../../components/panel.tsx";
import { useLetterKeys } from "../../stores/preferences-store.ts";
import { RELEASE_COLUMNS } from "./release-columns.tsx";
import { publishCli } from "./view-model.ts";

type ReleasesPanelProps = {
  readonly application: ApplicationRow;
  readonly releases: readonly ReleaseRow[];
  readonly selected: string | undefined;
  readonly canPublish: boolean;
  readonly onOpen: (releaseId: string) => void;
};

/** Every release, newest version first. */
export function ReleasesPanel({ application, releases, selected, canPublish, onOpen }: ReleasesPanelProps) {
  const letterKeys = useLetterKeys();
  const note = releases.length === 0 ? undefined : `${releases.length}, newest version first`;
  const publish = canPublish && (
    <Button component={Link} href={`/publish?application=${application.id}`}>
      Publish the first release
    </Button>
  );
  return (
    <Panel title="Releases" flush {...(note === undefined ? {} : { note })}>
      {releases.length === 0 ? (
        <EmptyState
          icon={<IconUpload size={22} stroke={1.6} />}
          title="No release yet"
          action={publish}
          cli={publishCli(application.productId)}
        >
          Drop the program on this window, one file for each platform. It is checked, signed and kept here; no host gets it before you start
          a rollout.
        </EmptyState>
      ) : (
        <DataTable
          label={`Releases of ${application.name}`}
          rows={releases}
          columns={RELEASE_COLUMNS}
          rowKey={(one) => one.id}
          onOpen={(one) => onOpen(one.id)}
          selectedKey={selected}
          letterKeys={letterKeys}
          maxHeight="none"
        />
      )}
    </Panel>
  );
}
