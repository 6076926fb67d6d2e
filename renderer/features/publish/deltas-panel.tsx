import { Checkbox } from "@mantine/core";
import { Link } from "wouter";
import type { ReleaseRow } from "#shared/contract/applications.ts";
import { Panel } from "../../components/panel.tsx";
import { keys } from "../../data/query-keys.ts";
import { useContractQuery } from "../../data/use-contract-query.ts";
import { publishStore, type PublishDraft } from "../../stores/publish-store.ts";
import { deltaChoice } from "./delta-choice.ts";

type DeltasPanelProps = {
  readonly draft: PublishDraft;
  readonly newest: ReleaseRow | undefined;
  /** Hosts unpack the files of this release. */
  readonly isUnpacked: boolean;
  readonly isLocked: boolean;
};

/** Whether deltas are made before it is signed. Without an earlier release there is nothing to start from, and nothing is shown. */
export function DeltasPanel({ draft, newest, isUnpacked, isLocked }: DeltasPanelProps) {
  const status = useContractQuery(keys.status(), (client, signal) => client.system.status(undefined, { signal })).data;
  const settings = useContractQuery(keys.settings(), (client, signal) => client.settings.get(undefined, { signal })).data;
  const choice = deltaChoice({ files: draft.files, deltas: draft.deltas, isUnpacked }, newest, status?.shell, settings);
  if (choice === undefined) return null;
  return (
    <Panel
      title="Deltas"
      actions={
        <Link className="rc-link" href="/settings">
          Settings
        </Link>
      }
    >
      <Checkbox
        label="Make deltas before it is signed"
        description={choice.words}
        checked={choice.isOn}
        onChange={(event) => publishStore.getState().choose({ deltas: event.currentTarget.checked })}
        disabled={isLocked || choice.isImpossible}
      />
    </Panel>
  );
}
