import { useMemo } from "react";
import { useLocation, useSearchParams } from "wouter";
import type { FleetRow, HostRow } from "#shared/contract/fleets.ts";
import { Answer } from "../../components/answer.tsx";
import { DataTable } from "../../components/data-table.tsx";
import { NothingMatches } from "../../components/nothing-matches.tsx";
import { Panel } from "../../components/panel.tsx";
import { keys } from "../../data/query-keys.ts";
import { useContractQuery } from "../../data/use-contract-query.ts";
import { useUrlPatch } from "../../data/use-url-patch.ts";
import { useLetterKeys } from "../../stores/preferences-store.ts";
import { NoHosts } from "./empty-state.tsx";
import { HOST_COLUMNS } from "./host-columns.tsx";
import { HostFilterBar } from "./host-filter-bar.tsx";
import { matchesHostQuery, parseHostQuery } from "./host-query.ts";
import { readSort, writeSort } from "./view-model.ts";

/** How many hosts one page of the contract carries. */
const LIMIT = 5000;

/** The hosts of a fleet. Filter and sort stand in the URL. */
export function HostsPanel({ fleet, onEnrol }: { readonly fleet: FleetRow; readonly onEnrol: () => void }) {
  const hosts = useContractQuery(keys.hosts({ fleetId: fleet.id }), (client, signal) =>
    client.hosts.list({ fleetId: fleet.id, limit: LIMIT }, { signal }),
  );
  return (
    <Panel flush>
      <Answer of={hosts} lines={6}>
        {(page) =>
          page.rows.length === 0 ? <NoHosts onEnrol={onEnrol} /> : <HostTable fleet={fleet} rows={page.rows} total={page.total} />
        }
      </Answer>
    </Panel>
  );
}

type HostTableProps = { readonly fleet: FleetRow; readonly rows: readonly HostRow[]; readonly total: number };

function HostTable({ fleet, rows, total }: HostTableProps) {
  const [search] = useSearchParams();
  const patch = useUrlPatch();
  const [, navigate] = useLocation();
  const letterKeys = useLetterKeys();
  const query = search.get("q") ?? "";
  const shown = useMemo(() => {
    const terms = parseHostQuery(query);
    return rows.filter((host) => matchesHostQuery(host, terms));
  }, [rows, query]);
  return (
    <>
      <HostFilterBar fleet={fleet} hosts={rows} shown={shown.length} total={total} query={query} onQuery={(q) => patch({ q })} />
      <DataTable
        label={`Hosts of ${fleet.name}`}
        rows={shown}
        columns={HOST_COLUMNS}
        rowKey={(host) => host.id}
        sort={readSort(search.get("sort"))}
        onSort={(sort) => patch({ sort: writeSort(sort) })}
        onOpen={(host) => navigate(`/hosts/${host.id}`)}
        orderKey={query}
        letterKeys={letterKeys}
        empty={<NothingMatches what="hosts" onClear={() => patch({ q: undefined })} />}
      />
    </>
  );
}
