import { Select } from "@mantine/core";
import { useState } from "react";
import type { ReleaseRow } from "#shared/contract/applications.ts";
import type { HostRow } from "#shared/contract/fleets.ts";
import { ReasonDialog } from "../../components/reason-dialog.tsx";
import { keys } from "../../data/query-keys.ts";
import { useContractAction } from "../../data/use-contract-action.ts";
import { useContractQuery } from "../../data/use-contract-query.ts";

/** Pins a host to one published release: waves pass it by until it is unpinned. */
export function PinDialog({ host, onClose }: { readonly host: HostRow; readonly onClose: () => void }) {
  const [application, setApplication] = useState(host.applications[0]);
  const [release, setRelease] = useState<ReleaseRow | undefined>();
  const applicationId = application?.applicationId;
  const read = useContractQuery(
    keys.releases(applicationId ?? ""),
    async (client, signal) => (applicationId === undefined ? [] : await client.releases.list({ applicationId }, { signal })),
    { enabled: applicationId !== undefined },
  );
  const releases = (read.data ?? []).filter((one) => one.state === "published");
  const pin = useContractAction({
    run: (client, input: { releaseId: ReleaseRow["id"]; reason: string }) => client.hosts.pin({ hostId: host.id, ...input }),
    notDone: "The host is not pinned.",
    stale: ["hosts"],
    inline: true,
    onDone: onClose,
  });
  const confirm = (reason: string) => release !== undefined && pin.mutate({ releaseId: release.id, reason });
  return (
    <ReasonDialog
      title={`Pin ${host.name}`}
      verb={release === undefined ? "Pin" : `Pin to ${release.version}`}
      onClose={onClose}
      onConfirm={confirm}
      busy={pin.isPending}
      error={pin.error}
      disabled={release === undefined}
    >
      {host.applications.length > 1 && (
        <Select
          label="Application"
          data={host.applications.map((one) => ({ value: one.applicationId, label: one.name }))}
          value={applicationId ?? null}
          onChange={(id) => setApplication(host.applications.find((one) => one.applicationId === id))}
          allowDeselect={false}
        />
      )}
      <Select
        label="Release"
        data-autofocus
        placeholder="Choose a published release"
        data={releases.map((one) => ({ value: one.id, label: one.version }))}
        value={release?.id ?? null}
        onChange={(id) => setRelease(releases.find((one) => one.id === id))}
      />
      <p>A pinned host stays on this release. Rollouts show it as excluded and do not count it.</p>
    </ReasonDialog>
  );
}
