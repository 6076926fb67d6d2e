import { useMemo } from "react";
import { useLocation, useSearchParams } from "wouter";
import type { RolloutRow } from "#shared/contract/rollouts.ts";
import { DataTable } from "../../components/data-table.tsx";
import { NothingMatches } from "../../components/nothing-matches.tsx";
import { Panel } from "../../components/panel.tsx";
import { useUrlPatch } from "../../data/use-url-patch.ts";
import { useLetterKeys } from "../../stores/preferences-store.ts";
import { FilterBar } from "./filter-bar.tsx";
import { ROLLOUT_COLUMNS } from "./rollout-columns.tsx";
import { inOrder, isNarrowed, matchesFilter, readFilter } from "./view-model.ts";

/** The rollouts that the filter lets through, those that need or keep somebody busy first. */
export function RolloutList({ rows }: { readonly rows: readonly RolloutRow[] }) {
  const [search] = useSearchParams();
  const [, navigate] = useLocation();
  const patch = useUrlPatch();
  const letterKeys = useLetterKeys();
  const filter = readFilter(search);
  const shown = useMemo(() => inOrder(rows.filter((row) => matchesFilter(row, readFilter(search)))), [rows, search]);
  const clear = () => patch({ q: undefined, state: undefined, in: undefined });
  return (
    <Panel flush>
      <FilterBar rows={rows} filter={filter} shown={shown.length} />
      <DataTable
        label="Rollouts"
        rows={shown}
        columns={ROLLOUT_COLUMNS}
        rowKey={(one) => one.id}
        onOpen={(one) => navigate(`/rollouts/${one.id}`)}
        orderKey={JSON.stringify(filter)}
        rowHeight={64}
        letterKeys={letterKeys}
        maxHeight="max(360px, calc(100vh - 250px))"
        empty={isNarrowed(filter) && <NothingMatches what="rollouts" onClear={clear} />}
      />
    </Panel>
  );
}
