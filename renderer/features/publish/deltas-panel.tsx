import { Checkbox } from "@mantine/core";
import { useEffect } from "react";
import { Link } from "wouter";
import { useStore } from "zustand";
import type { ReleaseRow } from "#shared/contract/applications.ts";
import { Panel } from "../../components/panel.tsx";
import { keys } from "../../data/query-keys.ts";
import { useContractQuery } from "../../data/use-contract-query.ts";
import { preferencesStore } from "../../stores/preferences-store.ts";
import { publishStore, type PublishDraft } from "../../stores/publish-store.ts";
import { deltaChoice } from "./delta-choice.ts";
import { packedFile } from "./packed-file.ts";
import { UnpackedSaving } from "./unpacked-saving.tsx";

type DeltasPanelProps = {
  readonly draft: PublishDraft;
  readonly newest: ReleaseRow | undefined;
  /** The application, when it is registered already. */
  readonly owner: string | undefined;
  /** Hosts unpack the files of this release. */
  readonly isUnpacked: boolean;
  readonly isLocked: boolean;
};

/** Whether deltas are made before it is signed. Without an earlier release there is nothing to start from, and nothing is shown. */
export function DeltasPanel({ draft, newest, owner, isUnpacked, isLocked }: DeltasPanelProps) {
  const status = useContractQuery(keys.status(), (client, signal) => client.system.status(undefined, { signal })).data;
  const settings = useContractQuery(keys.settings(), (client, signal) => client.settings.get(undefined, { signal })).data;
  useRememberedChoice(draft.deltas);
  const choice = deltaChoice({ files: draft.files, deltas: draft.deltas, isUnpacked }, newest, status?.shell, settings);
  if (choice === undefined) return null;
  const packed = packedFile(draft.files, owner, isUnpacked);
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
        onChange={(event) => remember(event.currentTarget.checked)}
        disabled={isLocked || choice.isImpossible}
      />
      {packed !== undefined && <UnpackedSaving key={packed.uploadId} file={packed} isUnasked={status?.shell === "server"} />}
    </Panel>
  );
}

function remember(deltas: boolean): void {
  publishStore.getState().choose({ deltas });
  preferencesStore.getState().setMakesDeltas(deltas);
}

/** What was chosen for the last release holds for the next one, too, and is shown before anything is made. */
function useRememberedChoice(chosen: boolean | undefined): void {
  const remembered = useStore(preferencesStore, (state) => state.makesDeltas);
  useEffect(() => {
    if (chosen === undefined && remembered !== undefined) publishStore.getState().choose({ deltas: remembered });
  }, [chosen, remembered]);
}
