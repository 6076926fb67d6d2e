import { useEffect } from "react";
import { useSearchParams } from "wouter";
import { useStore } from "zustand";
import type { ApplicationRow } from "#shared/contract/applications.ts";
import { applicationId as applicationIdSchema } from "#shared/lib/ids.ts";
import { Answer } from "../../components/answer.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { keys } from "../../data/query-keys.ts";
import { desktopShell } from "../../data/shell.ts";
import { useContractQuery } from "../../data/use-contract-query.ts";
import { useUrlPatch } from "../../data/use-url-patch.ts";
import { publishStore } from "../../stores/publish-store.ts";
import { ComparePanel } from "./compare-panel.tsx";
import { DeltasPanel } from "./deltas-panel.tsx";
import { EmptyPublish } from "./empty-state.tsx";
import { FilesPanel } from "./files-panel.tsx";
import { readPlan } from "./publish-plan.ts";
import { PublishedPanel } from "./published-panel.tsx";
import classes from "./publish.module.css";
import { ReleasePanel } from "./release-panel.tsx";
import { RunSpecPanel } from "./run-spec-panel.tsx";
import { StoresPanel } from "./stores-panel.tsx";
import { SummaryColumn } from "./summary-column.tsx";
import { UnderWayPanel } from "./under-way-panel.tsx";
import { useIntake, type FileTaking } from "./use-intake.ts";
import { applicationOf, newestOf, runSpecOf } from "./view-model.ts";

/** Puts a release together from dropped files and publishes it. The draft stays while one looks elsewhere. */
export function Screen() {
  const taking = useIntake();
  const draft = useStore(publishStore);
  useAskedApplication();
  const applications = useContractQuery(keys.applications(), (client, signal) => client.applications.list(undefined, { signal }));
  return (
    <>
      <PageHeader
        title="Publish a release"
        lead="Files become a signed release in the stores you choose. Rolling it out is a step of its own."
      />
      {draft.run.state === "under-way" ? (
        <UnderWayPanel run={draft.run} onAgain={draft.reset} />
      ) : draft.run.state === "done" ? (
        <PublishedPanel run={draft.run} onAgain={draft.reset} />
      ) : draft.files.length === 0 ? (
        <EmptyPublish onFiles={taking.addFiles} onPick={pickerOf(taking)} leftOut={draft.leftOut} />
      ) : (
        <Answer of={applications} lines={8}>
          {(rows) => <DraftPanels applications={rows} taking={taking} />}
        </Answer>
      )}
    </>
  );
}

/** `?application=ID` says whose release it will be, once; afterwards the draft knows. */
function useAskedApplication(): void {
  const [search] = useSearchParams();
  const patch = useUrlPatch();
  const asked = search.get("application");
  useEffect(() => {
    const id = applicationIdSchema.safeParse(asked);
    if (!id.success) return;
    publishStore.getState().choose({ application: { kind: "known", id: id.data } });
    patch({ application: undefined });
  }, [asked, patch]);
}

/** The desktop's own dialog, which gives paths; a browser has its own. */
function pickerOf(taking: FileTaking): (() => void) | undefined {
  const shell = desktopShell();
  if (shell === undefined) return undefined;
  return () => void shell.pickFiles().then(taking.addPaths, () => undefined);
}

function DraftPanels({ applications, taking }: { readonly applications: readonly ApplicationRow[]; readonly taking: FileTaking }) {
  const draft = useStore(publishStore);
  const application = applicationOf(draft, applications).value;
  const owner = application?.kind === "known" ? application.id : undefined;
  const read = useContractQuery(
    keys.releases(owner ?? ""),
    async (client, signal) =>
      owner === undefined ? [] : await client.releases.list({ applicationId: applicationIdSchema.parse(owner) }, { signal }),
    { enabled: owner !== undefined },
  );
  const isReading = owner !== undefined && read.isPending;
  const releases = (owner === undefined ? undefined : read.data) ?? [];
  const newest = newestOf(releases);
  const storesRead = useContractQuery(keys.stores(), (client, signal) => client.stores.list(undefined, { signal }));
  const stores = storesRead.data ?? [];
  const run = runSpecOf(draft.runSpec, newest);
  const reading = readPlan(draft, applications, isReading ? undefined : releases, storesRead.isPending ? undefined : stores);
  const { plan } = reading;
  // Once publishing has begun, what it works on must not change under it.
  const isLocked = draft.run.state === "running" || (draft.run.state === "failed" && draft.run.made.releaseId !== undefined);
  return (
    <div className={classes["columns"]}>
      <div className={classes["column"]}>
        <FilesPanel
          files={draft.files}
          leftOut={draft.leftOut}
          newest={newest}
          taking={taking}
          onPick={pickerOf(taking)}
          isLocked={isLocked}
        />
        <ReleasePanel draft={draft} applications={applications} releases={releases} isLocked={isLocked} />
        <StoresPanel draft={draft} stores={stores} newest={newest} isLocked={isLocked || isReading} />
        <DeltasPanel draft={draft} newest={newest} owner={owner} isUnpacked={run.spec?.unpack === true} isLocked={isLocked} />
        <RunSpecPanel run={run} files={draft.files} isLocked={isLocked} />
        {plan !== undefined && owner !== undefined && (
          <ComparePanel
            applicationId={owner}
            version={plan.version}
            artifacts={plan.artifacts}
            runSpec={plan.runSpec}
            releases={releases}
          />
        )}
      </div>
      <SummaryColumn draft={draft} reading={reading} taking={taking} />
    </div>
  );
}
