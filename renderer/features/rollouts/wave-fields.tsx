import { ActionIcon, Button, Menu, NumberInput, Select } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconPlus, IconX } from "@tabler/icons-react";
import type { FleetRow } from "#shared/contract/fleets.ts";
import type { WaveSelector } from "#shared/domain/rollout/rollout.ts";
import { addWave, moveWave, type PlanDraft, type WaveDraft } from "./plan-draft.ts";
import classes from "./rollouts.module.css";

type WaveFieldsProps = { readonly fleet: FleetRow; readonly plan: PlanDraft; readonly onPlan: (plan: PlanDraft) => void };

/** The waves in their order: which group, and how much of it. */
export function WaveFields({ fleet, plan, onPlan }: WaveFieldsProps) {
  const setWaves = (waves: readonly WaveDraft[]) => onPlan({ ...plan, waves });
  return (
    <fieldset className={classes["waveFields"]}>
      <legend>Waves</legend>
      <ol className={classes["waveList"]}>
        {plan.waves.map((wave, at) => (
          <li key={wave.key} className={classes["waveRow"]}>
            <span className={classes["ordinal"]}>{at + 1}</span>
            <span className={classes["waveGroup"]}>{fleet.groups.find((group) => group.id === wave.groupId)?.name}</span>
            <SelectorFields
              selector={wave.selector}
              label={`wave ${at + 1}`}
              onChange={(selector) => setWaves(plan.waves.map((one) => (one.key === wave.key ? { ...one, selector } : one)))}
            />
            <ActionIcon
              variant="transparent"
              color="gray"
              aria-label={`Move wave ${at + 1} up`}
              disabled={at === 0}
              onClick={() => setWaves(moveWave(plan.waves, at, -1))}
            >
              <IconArrowUp size={15} />
            </ActionIcon>
            <ActionIcon
              variant="transparent"
              color="gray"
              aria-label={`Move wave ${at + 1} down`}
              disabled={at === plan.waves.length - 1}
              onClick={() => setWaves(moveWave(plan.waves, at, 1))}
            >
              <IconArrowDown size={15} />
            </ActionIcon>
            <ActionIcon
              variant="transparent"
              color="gray"
              aria-label={`Remove wave ${at + 1}`}
              onClick={() => setWaves(plan.waves.filter((one) => one.key !== wave.key))}
            >
              <IconX size={15} />
            </ActionIcon>
          </li>
        ))}
      </ol>
      <AddWave fleet={fleet} onAdd={(groupId) => setWaves(addWave(plan.waves, groupId))} />
    </fieldset>
  );
}

function AddWave({ fleet, onAdd }: { readonly fleet: FleetRow; readonly onAdd: (groupId: string) => void }) {
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <Button variant="default" size="xs" leftSection={<IconPlus size={14} />}>
          Add a wave
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>A part of</Menu.Label>
        {fleet.groups.map((group) => (
          <Menu.Item key={group.id} onClick={() => onAdd(group.id)}>
            {group.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

const KINDS = [
  { value: "all", label: "all hosts" },
  { value: "percent", label: "percent" },
  { value: "count", label: "hosts" },
];

type SelectorFieldsProps = { readonly selector: WaveSelector; readonly label: string; readonly onChange: (selector: WaveSelector) => void };

function SelectorFields({ selector, label, onChange }: SelectorFieldsProps) {
  const choose = (kind: string | null) =>
    onChange(kind === "percent" ? { kind, percent: 25 } : kind === "count" ? { kind, count: 1 } : { kind: "all" });
  const amount = selector.kind === "percent" ? selector.percent : selector.kind === "count" ? selector.count : undefined;
  const setAmount = (value: number | string) => {
    if (typeof value !== "number" || value <= 0) return;
    onChange(selector.kind === "percent" ? { kind: "percent", percent: Math.min(100, value) } : { kind: "count", count: Math.ceil(value) });
  };
  return (
    <span className={classes["selector"]}>
      {amount !== undefined && (
        <NumberInput
          aria-label={`How many, ${label}`}
          size="xs"
          w={72}
          value={amount}
          onChange={setAmount}
          min={1}
          max={selector.kind === "percent" ? 100 : 1_000_000}
          allowDecimal={false}
          hideControls
        />
      )}
      <Select
        aria-label={`Which hosts, ${label}`}
        size="xs"
        w={108}
        data={KINDS}
        value={selector.kind}
        onChange={choose}
        allowDeselect={false}
      />
    </span>
  );
}
