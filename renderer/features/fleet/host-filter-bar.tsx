import { TextInput } from "@mantine/core";
import { IconFilter } from "@tabler/icons-react";
import type { FleetRow, HostRow } from "#shared/contract/fleets.ts";
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
    "aria-pressed": parts.includes(term),
    onClick: () => onQuery(toggleTerm(query, term)),
    className: classes["chip"],
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
        <div className={classes["chips"]}>
          {statusCounts(hosts).map(({ status, count }) => (
            <button key={status} type="button" {...chip(`status:${status}`)}>
              <StatusShape status={status} size={12} /> {statusWord(status)} <span className={classes["chipCount"]}>{count}</span>
            </button>
          ))}
        </div>
        <div className={classes["chips"]}>
          {orderedGroups(fleet).map((group) => (
            <button key={group.id} type="button" {...chip(`group:${group.name}`)}>
              {group.name} <span className={classes["chipCount"]}>{group.hosts}</span>
            </button>
          ))}
        </div>
      </div>
      <span className={classes["shown"]} role="status">
        {shown === total ? `${total} ${total === 1 ? "host" : "hosts"}` : `${shown} of ${total}`}
        {total > hosts.length && `, the first ${hosts.length} are searched`}
      </span>
    </div>
  );
}
