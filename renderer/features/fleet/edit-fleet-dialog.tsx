import { NumberInput, TextInput } from "@mantine/core";
import { useState } from "react";
import type { FleetRow } from "#shared/contract/fleets.ts";
import { displayName } from "#shared/lib/scalars.ts";
import { DescriptionField } from "../../components/description-field.tsx";
import { DialogFrame } from "../../components/dialog-frame.tsx";
import { useContractAction } from "../../data/use-contract-action.ts";

/** Changes what a fleet is called and what it is for. */
export function EditFleetDialog({ fleet, onClose }: { readonly fleet: FleetRow; readonly onClose: () => void }) {
  const [name, setName] = useState(fleet.name);
  const [description, setDescription] = useState(fleet.description);
  const [rate, setRate] = useState<number | string>(fleet.downloadBytesPerSecond === undefined ? "" : fleet.downloadBytesPerSecond / 1e6);
  const save = useContractAction({
    run: (client, input: { name: string; description: string; downloadBytesPerSecond: number | null }) =>
      client.fleets.update({ fleetId: fleet.id, revision: fleet.revision, ...input }),
    notDone: "The fleet stays as it was.",
    stale: ["fleets", "home"],
    inline: true,
    onDone: onClose,
  });
  const isValid = displayName.safeParse(name.trim()).success;
  return (
    <DialogFrame
      title={`Edit ${fleet.name}`}
      onClose={onClose}
      verb="Save"
      onSubmit={() =>
        save.mutate({
          name: name.trim(),
          description: description.trim(),
          downloadBytesPerSecond: typeof rate === "number" ? Math.round(rate * 1e6) : null,
        })
      }
      isReady={isValid}
      busy={save.isPending}
      error={save.error}
    >
      <TextInput label="Name" value={name} onChange={(event) => setName(event.currentTarget.value)} data-autofocus maxLength={80} />
      <DescriptionField value={description} onChange={setDescription} />
      <NumberInput
        label="Download rate"
        description="All hosts of this fleet together, through the control plane. Empty is as fast as they can."
        suffix=" MB/s"
        min={0.1}
        max={10_000}
        decimalScale={1}
        value={rate}
        onChange={setRate}
      />
    </DialogFrame>
  );
}
