import { Button, NumberInput, Textarea, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import type { SubmitEvent } from "react";
import { settings as settingsSchema, type Settings } from "#shared/contract/administration.ts";
import { ErrorPanel } from "../../components/error-panel.tsx";
import { Panel } from "../../components/panel.tsx";
import { StaleNotice } from "../../components/stale-notice.tsx";
import { useDraft } from "../../components/use-draft.ts";
import { useContractAction } from "../../data/use-contract-action.ts";
import { useDenial } from "../../data/use-principal.ts";
import classes from "./settings.module.css";
import { DeltaFields } from "./delta-fields.tsx";
import type { FieldsProps } from "./fields-props.ts";
import { readUrls } from "./view-model.ts";

/** Settings as the control plane sends them. */
export type StoredSettings = Settings & { readonly revision: number };

const SECOND = 1000;
const MEGABYTE = 1_000_000;
const DAY = 86_400_000;

/** The form as it is typed: addresses are lines of text until they are read. */
type Typed = { readonly settings: Settings; readonly urls: string };

const toTyped = ({ revision: _revision, ...settings }: StoredSettings): Typed => ({ settings, urls: settings.publicUrls.join("\n") });

/** The form of the general settings. It saves whole, against the revision it was opened with. */
export function GeneralForm({ stored }: { readonly stored: StoredSettings }) {
  const { draft: typed, setDraft, base, isStale, takeTheirs, keepMine, saved } = useDraft(stored, toTyped);
  const denial = useDenial("settings.manage");
  const draft = typed.settings;
  const next = settingsSchema.safeParse({ ...draft, publicUrls: readUrls(typed.urls) });
  const isChanged = JSON.stringify(next.data) !== JSON.stringify(toTyped(base).settings);
  const save = useContractAction({
    run: (client, input: Settings) => client.settings.update({ ...input, revision: base.revision }),
    notDone: "The settings stay as they were.",
    stale: ["settings", "system"],
    inline: true,
    onDone: (answer) => {
      saved(answer);
      notifications.show({ title: "Settings saved", message: "They apply from now on.", autoClose: 4000 });
    },
  });
  const change = (part: Partial<Settings>) => setDraft({ ...typed, settings: { ...draft, ...part } });
  const problem = (field: keyof Settings): string | undefined => next.error?.issues.find((issue) => issue.path[0] === field)?.message;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (next.success && !isStale) save.mutate(next.data);
  };
  return (
    <form className={classes["form"]} onSubmit={submit}>
      {isStale && <StaleNotice what="These settings" onTakeTheirs={takeTheirs} onKeepMine={keepMine} />}
      <PlaneFields
        name={draft.name}
        urls={typed.urls}
        problem={problem}
        onName={(name) => change({ name })}
        onUrls={(urls) => setDraft({ ...typed, urls })}
      />
      <HostFields draft={draft} change={change} problem={problem} />
      <DeltaFields draft={draft} change={change} problem={problem} />
      <RetentionFields draft={draft} change={change} problem={problem} />
      {save.error !== null && <ErrorPanel error={save.error} notDone="The settings stay as they were." />}
      <div className={classes["foot"]}>
        <Button type="submit" disabled={!next.success || !isChanged || isStale || denial !== undefined} loading={save.isPending}>
          Save the settings
        </Button>
        {denial !== undefined && <span className={classes["soft"]}>{denial}</span>}
      </div>
    </form>
  );
}

type PlaneFieldsProps = {
  readonly name: string;
  readonly urls: string;
  readonly problem: (field: keyof Settings) => string | undefined;
  readonly onName: (name: string) => void;
  readonly onUrls: (urls: string) => void;
};

function PlaneFields({ name, urls, problem, onName, onUrls }: PlaneFieldsProps) {
  return (
    <Panel title="This control plane">
      <div className={classes["fields"]}>
        <TextInput
          label="Name"
          description="Stands in the sidebar, so that nobody mistakes one control plane for another."
          value={name}
          onChange={(event) => onName(event.currentTarget.value)}
          error={problem("name")}
          maxLength={80}
        />
        <Textarea
          label="Addresses for hosts"
          description="One a line, best first. They travel in enrolment tokens. Empty uses what this control plane listens on."
          value={urls}
          onChange={(event) => onUrls(event.currentTarget.value)}
          error={problem("publicUrls")}
          autosize
          minRows={2}
          spellCheck={false}
        />
      </div>
    </Panel>
  );
}

function HostFields({ draft, change, problem }: FieldsProps) {
  const seconds = (field: "hostStateIntervalMs" | "hostSilentAfterMs") => ({
    value: draft[field] / SECOND,
    onChange: (value: number | string) => typeof value === "number" && change({ [field]: Math.round(value * SECOND) }),
    error: problem(field),
    suffix: " s",
    min: 0.5,
  });
  return (
    <Panel title="Hosts">
      <div className={classes["fields"]}>
        <NumberInput
          label="Report every"
          description="How often a connected host says how it is when nothing changes."
          {...seconds("hostStateIntervalMs")}
        />
        <NumberInput
          label="Silent after"
          description="A host that says nothing for this long is silent: gates no longer count on it."
          {...seconds("hostSilentAfterMs")}
        />
      </div>
    </Panel>
  );
}

function RetentionFields({ draft, change, problem }: FieldsProps) {
  const days = (field: "hostEventRetentionMs" | "rolloutRetentionMs" | "quarantineMs") => ({
    value: Math.round((draft[field] / DAY) * 100) / 100,
    onChange: (value: number | string) => typeof value === "number" && change({ [field]: Math.round(value * DAY) }),
    error: problem(field),
    suffix: " days",
    min: 0.01,
  });
  return (
    <Panel title="What is kept and taken in">
      <div className={classes["fields"]}>
        <NumberInput
          label="Host timelines"
          description="Older lines, and commands and tokens that ended earlier, are removed. The audit is kept whole."
          {...days("hostEventRetentionMs")}
        />
        <NumberInput
          label="Ended rollouts"
          description="Older ones are removed with their waves. Version histories and the audit keep what they did."
          {...days("rolloutRetentionMs")}
        />
        <NumberInput
          label="Releases per application"
          description="Older releases that no host, channel, target or version history knows are withdrawn and lose their files."
          value={draft.keptReleasesPerApplication}
          onChange={(value) => typeof value === "number" && change({ keptReleasesPerApplication: value })}
          error={problem("keptReleasesPerApplication")}
          min={2}
          max={1000}
          allowDecimal={false}
        />
        <NumberInput
          label="Largest upload"
          description="A larger file is refused before it is sent."
          value={Math.round(draft.maxUploadBytes / MEGABYTE)}
          onChange={(value) => typeof value === "number" && change({ maxUploadBytes: Math.round(value * MEGABYTE) })}
          error={problem("maxUploadBytes")}
          suffix=" MB"
          thousandSeparator=" "
          min={2}
        />
        <NumberInput label="Quarantine" description="For how long a host refuses a release that failed on it." {...days("quarantineMs")} />
      </div>
    </Panel>
  );
}
