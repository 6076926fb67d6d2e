import { Button } from "@mantine/core";
import { useState } from "react";
import { formatDuration } from "#shared/lib/format.ts";
import { adviseOnRunSpec } from "#shared/domain/release/run-spec-advice.ts";
import type { RunSpec } from "#shared/domain/release/run-spec.ts";
import { Panel } from "../../components/panel.tsx";
import { StatusShape } from "../../components/status-shape.tsx";
import { publishStore, type RunSpecForm } from "../../stores/publish-store.ts";
import { CommandPreview } from "./command-preview.tsx";
import classes from "./publish.module.css";
import { RunSpecFields } from "./run-spec-fields.tsx";
import type { RunSpecDraft } from "./view-model.ts";

type RunSpecPanelProps = {
  readonly run: RunSpecDraft;
  /** The file that stands for {artifact} in the preview. */
  readonly fileName: string;
  readonly isLocked: boolean;
};

/** What a host runs: a sentence while nobody wants to change it, the form when somebody does. */
export function RunSpecPanel({ run, fileName, isLocked }: RunSpecPanelProps) {
  const [isOpen, setOpen] = useState(false);
  const isWrong = run.spec === undefined;
  const isEdited = run.from === "edited";
  const change = (form: RunSpecForm) => publishStore.getState().choose({ runSpec: form });
  const actions = (
    <>
      {isEdited && !isLocked && (
        <Button size="compact-sm" variant="subtle" onClick={() => publishStore.getState().choose({ runSpec: undefined })}>
          Undo the changes
        </Button>
      )}
      {!isLocked && !isWrong && (
        <Button size="compact-sm" variant="subtle" onClick={() => setOpen(!isOpen)} aria-expanded={isOpen}>
          {isOpen ? "Done" : "Change"}
        </Button>
      )}
    </>
  );
  return (
    <Panel title="What a host runs" note={run.from} actions={actions}>
      {(isOpen || isWrong) && !isLocked ? (
        <RunSpecFields form={run.form} problems={run.problems} onChange={change} />
      ) : (
        <RunSpecWords form={run.form} />
      )}
      {run.spec !== undefined && <CommandPreview spec={run.spec} fileName={fileName} />}
      {run.spec !== undefined && <Advice spec={run.spec} />}
    </Panel>
  );
}

function Advice({ spec }: { readonly spec: RunSpec }) {
  return adviseOnRunSpec(spec).map((one) => (
    <p key={one.text} className={classes["advice"]}>
      <StatusShape status="paused" size={13} label="Advice" /> {one.text}
    </p>
  ));
}

const seconds = (count: number): string => formatDuration(count * 1000);

function RunSpecWords({ form }: { readonly form: RunSpecForm }) {
  return (
    <div className={classes["runWords"]}>
      <p>
        {form.hasProbe
          ? `Well when ${form.probeUrl} answers ${form.probeStatus}; ${form.probeFailures} misses in a row are a failure.`
          : "No probe: only an exit counts as a failure. An HTTP probe finds more."}
      </p>
      <p>
        {seconds(form.startSeconds)} to start, {seconds(form.probationSeconds)} of probation in which {form.crashLimit} unexpected exits or
        a failed probe revert, {seconds(form.stopSeconds)} to stop.
      </p>
    </div>
  );
}
