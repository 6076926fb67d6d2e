import { Select, Textarea, TextInput } from "@mantine/core";
import type { ApplicationRow, ReleaseRow } from "#shared/contract/applications.ts";
import { Panel } from "../../components/panel.tsx";
import { publishStore, type PublishDraft } from "../../stores/publish-store.ts";
import { ApplicationField } from "./application-field.tsx";
import classes from "./publish.module.css";
import { applicationOf, newestOf, versionNote, versionOf, versionProblem } from "./view-model.ts";

type ReleasePanelProps = {
  readonly draft: PublishDraft;
  readonly applications: readonly ApplicationRow[];
  readonly releases: readonly ReleaseRow[];
  readonly isLocked: boolean;
};

/** What the release is called and what is said about it. What was guessed says so and can be changed. */
export function ReleasePanel({ draft, applications, releases, isLocked }: ReleasePanelProps) {
  const application = applicationOf(draft, applications);
  const { choose } = publishStore.getState();
  const owner = application.value?.kind === "known" ? application.value.id : undefined;
  return (
    <Panel title="Release">
      <div className={classes["form"]}>
        <ApplicationField applications={applications} fact={application} files={draft.files} isLocked={isLocked} />
        <div className={classes["pair"]}>
          <VersionField draft={draft} releases={releases} isLocked={isLocked} />
          <ChannelField draft={draft} owner={applications.find((one) => one.id === owner)} isLocked={isLocked} />
        </div>
        <Textarea
          label="Notes"
          description="Optional: what is new, and what an operator has to know before rolling it out."
          inputWrapperOrder={["label", "input", "description", "error"]}
          value={draft.notes}
          onChange={(event) => choose({ notes: event.currentTarget.value })}
          autosize
          minRows={2}
          maxRows={12}
          maxLength={20_000}
          disabled={isLocked}
        />
      </div>
    </Panel>
  );
}

type VersionFieldProps = Pick<ReleasePanelProps, "draft" | "releases" | "isLocked">;

function VersionField({ draft, releases, isLocked }: VersionFieldProps) {
  const version = versionOf(draft);
  const note = versionNote(version.value, newestOf(releases));
  const problem = version.value === undefined ? undefined : versionProblem(version.value, releases);
  return (
    <TextInput
      label="Version"
      description={problem === undefined ? (note ?? (version.from === "" ? "Semantic, such as 1.4.2." : version.from)) : undefined}
      inputWrapperOrder={["label", "input", "description", "error"]}
      placeholder="1.0.0"
      value={version.value ?? ""}
      onChange={(event) => publishStore.getState().choose({ version: event.currentTarget.value.trim() })}
      error={problem}
      maxLength={128}
      spellCheck={false}
      autoComplete="off"
      disabled={isLocked}
      required
    />
  );
}

type ChannelFieldProps = { readonly draft: PublishDraft; readonly owner: ApplicationRow | undefined; readonly isLocked: boolean };

function ChannelField({ draft, owner, isLocked }: ChannelFieldProps) {
  const channels = owner?.channels ?? [];
  const data = [
    ...channels.map((one) => ({ value: one.name, label: one.version === undefined ? one.name : `${one.name}, now at ${one.version}` })),
    ...(channels.some((one) => one.name === "stable") ? [] : [{ value: "stable", label: "stable (new)" }]),
  ];
  return (
    <Select
      label="Move a channel to it"
      description="Groups that follow the channel get a rollout at once."
      inputWrapperOrder={["label", "input", "description", "error"]}
      placeholder="No channel moves"
      data={data}
      value={draft.channel ?? null}
      onChange={(name) => publishStore.getState().choose({ channel: name ?? undefined })}
      clearable
      disabled={isLocked}
    />
  );
}
