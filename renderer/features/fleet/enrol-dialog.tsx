import { Button, NumberInput, Select, Switch, TextInput } from "@mantine/core";
import { useState } from "react";
import type { FleetRow, GroupRow } from "#shared/contract/fleets.ts";
import { DialogFrame } from "../../components/dialog-frame.tsx";
import { ErrorPanel } from "../../components/error-panel.tsx";
import { useContractAction } from "../../data/use-contract-action.ts";
import { EnrolWaiting } from "./enrol-waiting.tsx";
import classes from "./fleet.module.css";
import { orderedGroups } from "./view-model.ts";

const HOUR = 3_600_000;
const LIFETIMES = [
  { value: String(HOUR), label: "1 hour" },
  { value: String(24 * HOUR), label: "1 day" },
  { value: String(7 * 24 * HOUR), label: "7 days" },
  { value: String(30 * 24 * HOUR), label: "30 days" },
];

type Wish = {
  readonly groupId: GroupRow["id"];
  readonly label: string;
  readonly lifetimeMs: number;
  readonly maxUses: number;
  readonly requiresApproval: boolean;
};

/** Makes a token, shows its one command, and waits for the host to appear. */
export function EnrolDialog({
  fleet,
  groupId,
  onClose,
}: {
  readonly fleet: FleetRow;
  readonly groupId: string | undefined;
  readonly onClose: () => void;
}) {
  const groups = orderedGroups(fleet);
  const first = groups.find((group) => group.id === groupId) ?? groups[0];
  const [wish, setWish] = useState<Wish | undefined>(
    first && { groupId: first.id, label: "", lifetimeMs: 24 * HOUR, maxUses: 1, requiresApproval: false },
  );
  const create = useContractAction({
    run: (client, input: Wish) => client.tokens.create(input),
    notDone: "No token was created.",
    stale: ["tokens"],
    inline: true,
  });
  if (create.data !== undefined) return <EnrolWaiting fleet={fleet} issued={create.data} onClose={onClose} />;
  if (wish === undefined) return null;
  const buttons = (
    <>
      <Button variant="default" onClick={onClose}>
        Cancel
      </Button>
      <Button type="submit" loading={create.isPending}>
        Create the command
      </Button>
    </>
  );
  return (
    <DialogFrame title={`Enrol a host into ${fleet.name}`} opened onClose={onClose} onSubmit={() => create.mutate(wish)} buttons={buttons}>
      <Select
        label="Group"
        data={groups.map((group) => ({ value: group.id, label: group.name }))}
        value={wish.groupId}
        onChange={(id) => setWish({ ...wish, groupId: groups.find((group) => group.id === id)?.id ?? wish.groupId })}
        allowDeselect={false}
        data-autofocus
      />
      <div className={classes["pair"]}>
        <Select
          label="Valid for"
          data={LIFETIMES}
          value={String(wish.lifetimeMs)}
          onChange={(value) => setWish({ ...wish, lifetimeMs: Number(value) })}
          allowDeselect={false}
        />
        <NumberInput
          label="For how many hosts"
          value={wish.maxUses}
          onChange={(value) => typeof value === "number" && setWish({ ...wish, maxUses: value })}
          min={1}
          max={100_000}
          allowDecimal={false}
        />
      </div>
      <TextInput
        label="Label"
        description="Optional: so that you know it again."
        value={wish.label}
        onChange={(event) => setWish({ ...wish, label: event.currentTarget.value })}
        maxLength={80}
      />
      <Switch
        label="Approve each host"
        description="A host that enrolled waits until somebody approves it here."
        checked={wish.requiresApproval}
        onChange={(event) => setWish({ ...wish, requiresApproval: event.currentTarget.checked })}
      />
      {create.error !== null && <ErrorPanel error={create.error} notDone="No token was created." />}
    </DialogFrame>
  );
}
