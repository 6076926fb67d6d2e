import { TextInput } from "@mantine/core";
import { useState } from "react";
import type { ApplicationRow } from "#shared/contract/applications.ts";
import { slug } from "#shared/lib/scalars.ts";
import { DialogFrame } from "../../components/dialog-frame.tsx";
import { useContractAction } from "../../data/use-contract-action.ts";

/** Makes a channel that points nowhere yet. */
export function CreateChannelDialog({ application, onClose }: { readonly application: ApplicationRow; readonly onClose: () => void }) {
  const [name, setName] = useState("");
  const create = useContractAction({
    run: (client, channel: string) => client.channels.create({ applicationId: application.id, name: channel }),
    notDone: "The channel was not made.",
    stale: ["applications", "releases"],
    inline: true,
    onDone: onClose,
  });
  const isTaken = application.channels.some((one) => one.name === name);
  const isValid = slug.safeParse(name).success;
  const problem = isTaken
    ? "There is a channel of this name."
    : name === "" || isValid
      ? undefined
      : "Lower-case letters, digits and dashes.";
  return (
    <DialogFrame
      title={`New channel of ${application.name}`}
      onClose={onClose}
      verb="Make the channel"
      onSubmit={() => create.mutate(name)}
      isReady={isValid && !isTaken}
      busy={create.isPending}
      error={create.error}
    >
      <TextInput
        label="Name"
        placeholder="stable"
        value={name}
        onChange={(event) => setName(event.currentTarget.value.trim())}
        error={problem}
        data-autofocus
        maxLength={63}
        spellCheck={false}
        required
      />
      <p>It points nowhere until you move it to a published release. Groups follow it from their fleet’s page.</p>
    </DialogFrame>
  );
}
