import { NumberInput, Select, Switch, TextInput } from "@mantine/core";
import type { GroupRow } from "#shared/contract/fleets.ts";
import classes from "./fleet.module.css";

const HOUR = 3_600_000;
const LIFETIMES = [
  { value: String(HOUR), label: "1 hour" },
  { value: String(24 * HOUR), label: "1 day" },
  { value: String(7 * 24 * HOUR), label: "7 days" },
  { value: String(30 * 24 * HOUR), label: "30 days" },
];

/** The token that somebody wants. */
export type TokenWish = {
  readonly groupId: GroupRow["id"];
  readonly label: string;
  readonly lifetimeMs: number;
  readonly maxUses: number;
  readonly requiresApproval: boolean;
};

/** A token for one host, for a day, into a group. */
export function firstWish(groupId: GroupRow["id"]): TokenWish {
  return { groupId, label: "", lifetimeMs: 24 * HOUR, maxUses: 1, requiresApproval: false };
}

type TokenFieldsProps = { readonly groups: readonly GroupRow[]; readonly wish: TokenWish; readonly onChange: (wish: TokenWish) => void };

/** Into which group, for how long, for how many hosts, with approval or without. */
export function TokenFields({ groups, wish, onChange }: TokenFieldsProps) {
  const change = (part: Partial<TokenWish>) => onChange({ ...wish, ...part });
  return (
    <>
      <Select
        label="Group"
        data={groups.map((group) => ({ value: group.id, label: group.name }))}
        value={wish.groupId}
        onChange={(id) => change({ groupId: groups.find((group) => group.id === id)?.id ?? wish.groupId })}
        allowDeselect={false}
        data-autofocus
      />
      <div className={classes["pair"]}>
        <Select
          label="Valid for"
          data={LIFETIMES}
          value={String(wish.lifetimeMs)}
          onChange={(value) => change({ lifetimeMs: Number(value) })}
          allowDeselect={false}
        />
        <NumberInput
          label="For how many hosts"
          value={wish.maxUses}
          onChange={(value) => typeof value === "number" && change({ maxUses: value })}
          min={1}
          max={100_000}
          allowDecimal={false}
        />
      </div>
      <TextInput
        label="Label"
        description="Optional: so that you know it again."
        value={wish.label}
        onChange={(event) => change({ label: event.currentTarget.value })}
        maxLength={80}
      />
      <Switch
        label="Approve each host"
        description="A host that enrolled waits until somebody approves it here."
        checked={wish.requiresApproval}
        onChange={(event) => change({ requiresApproval: event.currentTarget.checked })}
      />
    </>
  );
}
