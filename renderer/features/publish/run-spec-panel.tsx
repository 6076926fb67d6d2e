import { Button } from "@mantine/core";
import { useState } from "react";
import { formatDuration } from "#shared/lib/format.ts";
import { describeProbe } from "#shared/domain/release/describe-probe.ts";
import { adviseOnRunSpec } from "#shared/domain/release/run-spec-advice.ts";
import type { RunSpec } from "#shared/domain/release/run-spec.ts";
import { Panel } from "../../components/panel.tsx";
import { StatusShape } from "../../components/status-shape.tsx";
import { publishStore, type DraftFile, type RunSpecForm } from "../../stores/publish-store.ts";
import { CommandPreview } from "./command-preview.tsx";
import classes from "./publish.module.css";
import { RunSpecFields } from "./run-spec-fields.tsx";
import { toRunSpecForm } from "./run-spec-form.ts";
import { RunSpecJsonField } from "./run-spec-json-field.tsx";
import { toRunSpecJson } from "./run-spec-json.ts";
import { UnpackLine } from "./unpack-line.tsx";
import { unpackOffer } from "./unpack-offer.ts";
import type { RunSpecDraft } from "./view-model.ts";

type RunSpecPanelProps = {
  readonly run: RunSpecDraft;
  /** The first stands for {artifact} in the preview. */
  readonly files: readonly DraftFile[];
  readonly isLocked: boolean;
};

/** What a host runs: a sentence while nobody wants to change it, the form when somebody does. */
export function RunSpecPanel({ run, files, isLocked }: RunSpecPanelProps) {
  const [isOpen, setOpen] = useState(false);
  const isWrong = run.spec === undefined;
  const isEdited = run.from === "edited";
  const isEditing = (isOpen || isWrong) && !isLocked;
  const change = (form: RunSpecForm) => publishStore.getState().choose({ runSpec: form });
  const actions = (
    <>
      {isEdited && !isLocked && (
        <Button size="compact-sm" variant="subtle" onClick={() => publishStore.getState().choose({ runSpec: undefined })}>
          Undo the changes
        </Button>
      )}
      {isEditing && run.spec !== undefined && <KindSwitch form={run.form} spec={run.spec} onChange={change} />}
      {!isLocked && !isWrong && (
        <Button size="compact-sm" variant="subtle" onClick={() => setOpen(!isOpen)} aria-expanded={isOpen}>
          {isOpen ? "Done" : "Change"}
        </Button>
      )}
    </>
  );
  return (
    <Panel title="What a host runs" note={run.from} actions={actions}>
      {!isEditing ? (
        run.spec !== undefined && <RunSpecWords spec={run.spec} />
      ) : run.form.json === undefined ? (
        <RunSpecFields form={run.form} problems={run.problems} onChange={change} />
      ) : (
        <RunSpecJsonField text={run.form.json} problem={run.problems.json} onChange={(json) => change({ ...run.form, json })} />
      )}
      {run.problems.base !== undefined && <p className={classes["problem"]}>{run.problems.base}</p>}
      {run.spec !== undefined && <CommandPreview spec={run.spec} fileName={files[0]?.fileName ?? "file"} />}
      {run.spec !== undefined && (
        <UnpackLine offer={unpackOffer(files, run.spec.unpack)} form={run.form} isLocked={isLocked} onChange={change} />
      )}
      {run.spec !== undefined && <Advice spec={run.spec} />}
    </Panel>
  );
}

type KindSwitchProps = { readonly form: RunSpecForm; readonly spec: RunSpec; readonly onChange: (form: RunSpecForm) => void };

/** Between the form and the JSON that has every field. What is wrong is mended where it was written. */
function KindSwitch({ form, spec, onChange }: KindSwitchProps) {
  const isForm = form.json === undefined;
  const other = isForm ? { ...form, json: toRunSpecJson(spec) } : toRunSpecForm(spec);
  return (
    <Button size="compact-sm" variant="subtle" onClick={() => onChange(other)}>
      {isForm ? "All fields as JSON" : "As a form"}
    </Button>
  );
}

function Advice({ spec }: { readonly spec: RunSpec }) {
  return adviseOnRunSpec(spec).map((one) => (
    <p key={one.text} className={classes["advice"]}>
      <StatusShape status="paused" size={13} label="Advice" /> {one.text}
    </p>
  ));
}

function RunSpecWords({ spec }: { readonly spec: RunSpec }) {
  const { probe, crashLimit } = spec;
  return (
    <div className={classes["runWords"]}>
      <p>
        {probe === undefined
          ? "No probe: only an exit counts as a failure. A probe finds more."
          : `Well when ${describeProbe(probe)}; ${probe.failureThreshold} misses in a row are a failure.`}
      </p>
      <p>
        {formatDuration(spec.startDeadlineMs)} to start, {formatDuration(spec.probationMs)} of probation in which {crashLimit} unexpected
        exits or a failed probe revert, {formatDuration(spec.stopDeadlineMs)} to stop.
      </p>
    </div>
  );
}
