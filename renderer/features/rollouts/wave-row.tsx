import { Ordinal } from "../../components/ordinal.tsx";
import { ActionIcon, Button } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconX } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { FleetRow } from "#shared/contract/fleets.ts";
import type { RolloutPreview } from "#shared/contract/rollouts.ts";
import { GateFields } from "./gate-fields.tsx";
import { gateWords, groupName, hasOneGate, type WaveDraft } from "./plan-draft.ts";
import classes from "./rollouts.module.css";
import { SelectorFields } from "./selector-fields.tsx";

type WaveRowProps = {
  readonly fleet: FleetRow;
  readonly wave: WaveDraft;
  readonly at: number;
  readonly waves: readonly WaveDraft[];
  readonly judged: RolloutPreview["waves"][number] | undefined;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
  readonly onChange: (part: Partial<WaveDraft>) => void;
  readonly onMove: (by: -1 | 1) => void;
  readonly onRemove: () => void;
  readonly onGateForAll: () => void;
};

/** One wave of the plan: who is in it, and under it the gate that follows, in words until somebody changes it. */
export function WaveRow(props: WaveRowProps) {
  const { fleet, wave, at, waves, judged, isOpen } = props;
  const label = `wave ${at + 1}`;
  const isLast = at === waves.length - 1;
  return (
    <li className={classes["waveRow"]}>
      <div className={classes["waveHead"]}>
        <Ordinal>{at + 1}</Ordinal>
        <span className={classes["waveGroup"]}>{groupName(fleet, wave.groupId)}</span>
        <span className={classes["waveHosts"]}>{judged === undefined ? "" : judged.hosts === 1 ? "1 host" : `${judged.hosts} hosts`}</span>
        <SelectorFields selector={wave.selector} label={label} onChange={(selector) => props.onChange({ selector })} />
        <WaveVerbs {...props} label={label} />
      </div>
      <div className={classes["waveGate"]}>
        <span>{gateWords(wave.gate, isLast)}</span>
        <Button
          size="compact-xs"
          variant="subtle"
          onClick={props.onToggle}
          aria-expanded={isOpen}
          aria-label={`${isOpen ? "Close" : "Change"} the gate of ${label}`}
        >
          {isOpen ? "Done" : "Change"}
        </Button>
      </div>
      {isOpen && (
        <div className={classes["gateFields"]}>
          <GateFields gate={wave.gate} isLast={isLast} onChange={(gate) => props.onChange({ gate })} />
          {!hasOneGate(waves) && (
            <Button size="compact-xs" variant="default" onClick={props.onGateForAll}>
              Use this gate for every wave
            </Button>
          )}
        </div>
      )}
    </li>
  );
}

function WaveVerbs({ at, waves, label, onMove, onRemove }: WaveRowProps & { readonly label: string }) {
  return (
    <span className={classes["waveVerbs"]}>
      <Verb label={`Move ${label} up`} disabled={at === 0} onClick={() => onMove(-1)}>
        <IconArrowUp size={15} />
      </Verb>
      <Verb label={`Move ${label} down`} disabled={at === waves.length - 1} onClick={() => onMove(1)}>
        <IconArrowDown size={15} />
      </Verb>
      <Verb label={`Remove ${label}`} disabled={false} onClick={onRemove}>
        <IconX size={15} />
      </Verb>
    </span>
  );
}

type VerbProps = { readonly label: string; readonly disabled: boolean; readonly onClick: () => void; readonly children: ReactNode };

function Verb({ label, disabled, onClick, children }: VerbProps) {
  return (
    <ActionIcon variant="transparent" color="gray" aria-label={label} disabled={disabled} onClick={onClick}>
      {children}
    </ActionIcon>
  );
}
