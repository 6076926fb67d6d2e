import { Select, TextInput } from "@mantine/core";
import { IconFilter } from "@tabler/icons-react";
import type { RolloutRow } from "#shared/contract/rollouts.ts";
import { FilterChip, FilterChips, ShownCount } from "../../components/filter-chip.tsx";
import { KeyHint } from "../../components/key-hint.tsx";
import { rolloutLook } from "../../components/state-status.ts";
import { StatusShape } from "../../components/status-shape.tsx";
import { useUrlPatch } from "../../data/use-url-patch.ts";
import classes from "./rollouts.module.css";
import { stateCounts, type RolloutFilter } from "./view-model.ts";

type FilterBarProps = { readonly rows: readonly RolloutRow[]; readonly filter: RolloutFilter; readonly shown: number };

/** Narrows the list by words, fleet and state; everything stands in the URL. */
export function FilterBar({ rows, filter, shown }: FilterBarProps) {
  const patch = useUrlPatch();
  const fleets = [...new Map(rows.map((row) => [row.fleetId, row.fleetName]))];
  return (
    <div className={classes["bar"]}>
      <TextInput
        className={classes["field"] ?? ""}
        aria-label="Filter rollouts"
        placeholder="Release, fleet, person, reason"
        value={filter.words}
        onChange={(event) => patch({ q: event.currentTarget.value })}
        leftSection={<IconFilter size={15} />}
        rightSection={filter.words === "" ? <KeyHint keys="/" /> : undefined}
        data-filter-field
        spellCheck={false}
      />
      <Select
        className={classes["pick"] ?? ""}
        aria-label="Fleet"
        placeholder="Any fleet"
        data={fleets.map(([value, label]) => ({ value, label }))}
        value={filter.fleetId ?? null}
        onChange={(id) => patch({ in: id ?? undefined })}
        clearable
      />
      <FilterChips>
        {stateCounts(rows).map(({ state, count }) => {
          const look = rolloutLook(state);
          return (
            <FilterChip
              key={state}
              count={count}
              isOn={filter.state === state}
              onToggle={() => patch({ state: filter.state === state ? undefined : state })}
            >
              <StatusShape status={look.status} size={12} /> {look.word}
            </FilterChip>
          );
        })}
      </FilterChips>
      <div className={classes["end"]}>
        <ShownCount shown={shown} total={rows.length} one="rollout" />
      </div>
    </div>
  );
}
