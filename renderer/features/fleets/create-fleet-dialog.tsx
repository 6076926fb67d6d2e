import { TagsInput, TextInput } from "@mantine/core";
import { useState } from "react";
import { useLocation } from "wouter";
import { displayName } from "#shared/lib/scalars.ts";
import { DescriptionField } from "../../components/description-field.tsx";
import { DialogFrame } from "../../components/dialog-frame.tsx";
import { useContractAction } from "../../data/use-contract-action.ts";
import { groupsProblem } from "./view-model.ts";

/** Creates a fleet and goes to it. */
export function CreateFleetDialog({ onClose }: { readonly onClose: () => void }) {
  const [, navigate] = useLocation();
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const [groups, setGroups] = useState(["canary", "early", "everyone"]);
  const create = useContractAction({
    run: (client, input: { name: string; description: string; groups: string[] }) => client.fleets.create(input),
    notDone: "The fleet was not created.",
    stale: ["fleets", "home"],
    inline: true,
    onDone: (fleet) => navigate(`/fleets/${fleet.id}`, { replace: true }),
  });
  const problem = groupsProblem(groups);
  const isReady = displayName.safeParse(name.trim()).success && problem === undefined;
  return (
    <DialogFrame
      title="Create a fleet"
      onClose={onClose}
      verb="Create the fleet"
      onSubmit={() => create.mutate({ name: name.trim(), description: description.trim(), groups })}
      isReady={isReady}
      busy={create.isPending}
      error={create.error}
      notDone="The fleet was not created."
    >
      <TextInput
        label="Name"
        placeholder="production"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        data-autofocus
        maxLength={80}
        required
      />
      <DescriptionField value={description} onChange={setDescription} hint="Optional: what these hosts are for." />
      <TagsInput
        label="Groups, in the order a rollout reaches them"
        description="The first group takes every risk first. You can add and reorder groups later."
        value={groups}
        onChange={setGroups}
        maxTags={50}
        error={problem}
        splitChars={[",", " "]}
      />
    </DialogFrame>
  );
}
