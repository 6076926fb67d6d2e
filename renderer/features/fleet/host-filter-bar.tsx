import { TextInput } from "@mantine/core";
import { IconFilter } from "@tabler/icons-react";
import type { FleetRow, HostRow } from "#shared/contract/fleets.ts";
import { FilterChip, FilterChips, ShownCount } from "../../components/filter-chip.tsx";
import { KeyHint } from "../../components/key-hint.tsx";
import { statusWord } from "../../components/host-look.ts";
import { StatusShape } from "../../components/status-shape.tsx";
import classes from "./fleet.module.css";
import { toggleTerm } from "./host-query.ts";
import { orderedGroups, statusCounts } from "./view-model.ts";

type HostFilterBarProps = {
  readonly fleet: FleetRow;
  readonly hosts: readonly HostRow[];
  readonly shown: number;
  readonly total: number;
  readonly query: string;
  readonly onQuery: (query: string) => void;
};

/** One field that takes words and conditions, and chips with counts that put the usual conditions in. */
export function HostFilterBar({ fleet, hosts, shown, total, query, onQuery }: HostFilterBarProps) {
  const parts = query.split(/\s+/);
  const chip = (term: string) => ({
    isOn: parts.includes(term),
    onToggle: () => onQuery(toggleTerm(query, term)),
  });
  return (
    <div className={classes["filters"]}>
      <TextInput
        className={classes["filterField"] ?? ""}
        aria-label="Filter hosts"
        placeholder="Name, or group:canary status:failed version:<1.5.0"
        value={query}
        onChange={(event) => onQuery(event.currentTarget.value)}
        leftSection={<IconFilter size={15} />}
        rightSection={query === "" ? <KeyHint keys="/" /> : undefined}
        data-filter-field
        spellCheck={false}
      />
      <div className={classes["facets"]}>
        <FilterChips>
          {statusCounts(hosts).map(({ status, count }) => (
            <FilterChip key={status} count={count} {...chip(`status:${status}`)}>
              <StatusShape status={status} size={12} /> {statusWord(status)}
            </FilterChip>
          ))}
        </FilterChips>
        <FilterChips>
          {orderedGroups(fleet).map((group) => (
            <FilterChip key={group.id} count={group.hosts} {...chip(`group:${group.name}`)}>
              {group.name}
            </FilterChip>
          ))}
        </FilterChips>
      </div>
      <ShownCount shown={shown} total={total} one="host">
        {total > hosts.length && `, the first ${hosts.length} are searched`}
      </ShownCount>
    </div>
  );
}
