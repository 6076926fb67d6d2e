import { Select } from "@mantine/core";
import { useState } from "react";
import type { ApplicationRow } from "#shared/contract/applications.ts";
import type { TrustStatus } from "#shared/contract/trust.ts";
import { DialogFrame } from "../../../components/dialog-frame.tsx";
import { keys } from "../../../data/query-keys.ts";
import { useContractAction } from "../../../data/use-contract-action.ts";
import { useContractQuery } from "../../../data/use-contract-query.ts";
import settings from "../settings.module.css";

type MinimumDialogProps = {
  readonly application: ApplicationRow;
  readonly status: TrustStatus;
  readonly onClose: () => void;
  readonly onDrafted: (requestId: string) => void;
};

/** Sets the signed version below which no host may go, or lifts it. */
export function MinimumDialog({ application, status, onClose, onDrafted }: MinimumDialogProps) {
  const present = status.minimumVersions.find((one) => one.applicationId === application.id)?.version ?? null;
  const [version, setVersion] = useState<string | null>(present);
  const releases = useContractQuery(keys.releases(application.id), (client, signal) =>
    client.releases.list({ applicationId: application.id }, { signal }),
  );
  const save = useContractAction({
    run: (client) => client.trust.prepare({ intent: { kind: "minimum", applicationId: application.id, version } }),
    notDone: "The rule is as it was.",
    stale: ["trust", "applications"],
    inline: true,
    onDone: (made) => (made.state === "open" ? onDrafted(made.id) : onClose()),
  });
  const published = (releases.data ?? []).filter((one) => one.state === "published").map((one) => one.version);
  return (
    <DialogFrame
      title={`Minimum version of ${application.name}`}
      onClose={onClose}
      verb={status.mode === "server-held" ? "Sign the rule" : "Draft the rule"}
      onSubmit={() => save.mutate(undefined)}
      isReady={version !== present}
      busy={save.isPending}
      error={save.error}
      notDone="The rule is as it was."
    >
      <p className={settings["lead"]}>
        No host goes below it, by a rollback, a channel or an old copy of our documents. Hosts that run an older version keep running it
        until they are updated. Rolling back below it is refused from then on.
      </p>
      <Select
        label="Not below"
        placeholder="Any version"
        data={published}
        value={version}
        onChange={setVersion}
        clearable
        searchable
        data-autofocus
      />
    </DialogFrame>
  );
}
