import { Button, TagsInput } from "@mantine/core";
import { useState } from "react";
import { labels as labelsSchema } from "#shared/domain/host/host.ts";
import type { HostRow } from "#shared/contract/fleets.ts";
import { DialogFrame } from "../../components/dialog-frame.tsx";
import { Panel } from "../../components/panel.tsx";
import { useContractAction } from "../../data/use-contract-action.ts";
import { useDenial } from "../../data/use-principal.ts";
import classes from "./host.module.css";

/** Labels that operators gave this host. */
export function LabelsPanel({ host }: { readonly host: HostRow }) {
  const [isEditing, setEditing] = useState(false);
  const denial = useDenial("host.manage");
  const entries = Object.entries(host.labels);
  const edit = denial === undefined && (
    <Button size="compact-sm" variant="subtle" onClick={() => setEditing(true)}>
      Edit
    </Button>
  );
  return (
    <Panel title="Labels" actions={edit}>
      {entries.length === 0 ? (
        <span className={classes["faint"]}>None. A label such as site=fra1 makes hosts easy to find: filter by label:site=fra1.</span>
      ) : (
        <ul className={classes["labels"]}>
          {entries.map(([name, value]) => (
            <li key={name} className={classes["label"]}>
              {name}
              <span className={classes["faint"]}>=</span>
              {value}
            </li>
          ))}
        </ul>
      )}
      {isEditing && <LabelsDialog host={host} onClose={() => setEditing(false)} />}
    </Panel>
  );
}

const toText = (labels: HostRow["labels"]): string[] => Object.entries(labels).map(([name, value]) => `${name}=${value}`);
const fromText = (texts: readonly string[]): Record<string, string> =>
  Object.fromEntries(texts.map((text) => [text.split("=")[0] ?? "", text.split("=").slice(1).join("=")]));

function LabelsDialog({ host, onClose }: { readonly host: HostRow; readonly onClose: () => void }) {
  const [texts, setTexts] = useState(toText(host.labels));
  const parsed = labelsSchema.safeParse(fromText(texts));
  const save = useContractAction({
    run: (client, labels: Record<string, string>) => client.hosts.setLabels({ hostId: host.id, revision: host.revision, labels }),
    notDone: "The labels stay as they were.",
    stale: ["hosts"],
    inline: true,
    onDone: onClose,
  });
  return (
    <DialogFrame
      title={`Labels of ${host.name}`}
      onClose={onClose}
      verb="Save"
      onSubmit={() => parsed.success && save.mutate(parsed.data)}
      isReady={parsed.success}
      busy={save.isPending}
      error={save.error}
    >
      <TagsInput
        label="Labels"
        description="Write name=value and press Enter."
        value={texts}
        onChange={setTexts}
        error={parsed.success ? undefined : "Names are lower-case letters, digits, dots, dashes and underscores; at most 32 labels."}
        maxTags={32}
        data-autofocus
      />
    </DialogFrame>
  );
}
