import { Button, Menu } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import type { FleetRow, GroupRow } from "#shared/contract/fleets.ts";
import type { RolloutPreview } from "#shared/contract/rollouts.ts";
import { addWave, moveWave, orderedGroups, type PlanDraft, type WaveDraft } from "./plan-draft.ts";
import classes from "./rollouts.module.css";
import { WaveRow } from "./wave-row.tsx";

type WaveListProps = {
  readonly fleet: FleetRow;
  readonly plan: PlanDraft;
  /** The dry run of this very plan, wave by wave; undefined while it is being judged. */
  readonly judged: RolloutPreview["waves"] | undefined;
  readonly onPlan: (plan: PlanDraft) => void;
};

/** The waves in their order: which group, how much of it, and the gate behind it. */
export function WaveList({ fleet, plan, judged, onPlan }: WaveListProps) {
  const [opened, setOpened] = useState<number | undefined>();
  const setWaves = (waves: readonly WaveDraft[]) => onPlan({ ...plan, waves });
  const change = (key: number, part: Partial<WaveDraft>) =>
    setWaves(plan.waves.map((one) => (one.key === key ? { ...one, ...part } : one)));
  return (
    <fieldset className={classes["waveFields"]}>
      <legend>Waves</legend>
      <ol className={classes["waveList"]}>
        {plan.waves.map((wave, at) => (
          <WaveRow
            key={wave.key}
            fleet={fleet}
            wave={wave}
            at={at}
            waves={plan.waves}
            judged={judged?.[at]}
            isOpen={opened === wave.key}
            onToggle={() => setOpened(opened === wave.key ? undefined : wave.key)}
            onChange={(part) => change(wave.key, part)}
            onMove={(by) => setWaves(moveWave(plan.waves, at, by))}
            onRemove={() => setWaves(plan.waves.filter((one) => one !== wave))}
            onGateForAll={() => setWaves(plan.waves.map((one) => ({ ...one, gate: wave.gate })))}
          />
        ))}
      </ol>
      <AddWave fleet={fleet} onAdd={(groupId) => setWaves(addWave(plan.waves, groupId))} />
    </fieldset>
  );
}

function AddWave({ fleet, onAdd }: { readonly fleet: FleetRow; readonly onAdd: (groupId: GroupRow["id"]) => void }) {
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <Button variant="default" size="xs" leftSection={<IconPlus size={14} />}>
          Add a wave
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>A part of</Menu.Label>
        {orderedGroups(fleet).map((group) => (
          <Menu.Item key={group.id} onClick={() => onAdd(group.id)}>
            {group.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
