import { TextInput } from "@mantine/core";
import { useState } from "react";
import type { ApplicationRow } from "#shared/contract/applications.ts";
import { displayName } from "#shared/lib/scalars.ts";
import { DescriptionField } from "../../components/description-field.tsx";
import { DialogFrame } from "../../components/dialog-frame.tsx";
import { useContractAction } from "../../data/use-contract-action.ts";

/** Changes what people call an application. The product id stays for good. */
export function EditDialog({ application, onClose }: { readonly application: ApplicationRow; readonly onClose: () => void }) {
  const [name, setName] = useState(application.name);
  const [description, setDescription] = useState(application.description);
  const save = useContractAction({
    run: (client, next: { name: string; description: string }) =>
      client.applications.update({ applicationId: application.id, revision: application.revision, ...next }),
    notDone: "Nothing was saved.",
    stale: ["applications", "home"],
    inline: true,
    onDone: onClose,
  });
  const next = { name: name.trim(), description: description.trim() };
  return (
    <DialogFrame
      title={`Edit ${application.name}`}
      onClose={onClose}
      verb="Save"
      onSubmit={() => save.mutate(next)}
      isReady={displayName.safeParse(next.name).success}
      busy={save.isPending}
      error={save.error}
      notDone="Nothing was saved."
    >
      <TextInput
        label="Name"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        maxLength={80}
        data-autofocus
        required
      />
      <DescriptionField value={description} onChange={setDescription} />
      <p>
        The product id <code translate="no">{application.productId}</code> stays: hosts and signatures know the application by it.
      </p>
    </DialogFrame>
  );
}
