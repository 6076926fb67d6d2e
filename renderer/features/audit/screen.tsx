import { useMemo } from "react";
import { useSearchParams } from "wouter";
import type { AuditEntry } from "#shared/domain/audit/audit.ts";
import { Answer } from "../../components/answer.tsx";
import { DataTable } from "../../components/data-table.tsx";
import { NothingMatches } from "../../components/nothing-matches.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Panel } from "../../components/panel.tsx";
import { keys } from "../../data/query-keys.ts";
import { useContractPages, type Pages } from "../../data/use-contract-pages.ts";
import { useUrlPatch } from "../../data/use-url-patch.ts";
import { useLetterKeys } from "../../stores/preferences-store.ts";
import { auditColumns } from "./audit-columns.tsx";
import { AuditFilterBar } from "./audit-filter-bar.tsx";
import { toContractFilter } from "./contract-filter.ts";
import { NoEntries } from "./empty-state.tsx";
import { EntryDrawer } from "./entry-drawer.tsx";
import { ExportMenu } from "./export-menu.tsx";
import { useNames } from "./use-names.ts";
import { VerifyPanel } from "./verify-panel.tsx";
import { isNarrowed, readAuditQuery } from "./view-model.ts";

const PAGE = 200;

/** The record: who did what, when, to what, and why. */
export function Screen() {
  const [params] = useSearchParams();
  const query = readAuditQuery(params);
  const filter = toContractFilter(query);
  const pages = useContractPages(keys.audit(filter), (client, cursor, signal) =>
    client.audit.list({ ...filter, limit: PAGE, ...(cursor === undefined ? {} : { cursor }) }, { signal }),
  );
  return (
    <>
      <PageHeader
        title="Audit"
        lead="Every change, hash-chained and signed at checkpoints. Nothing here can be edited, only proved."
        actions={<ExportMenu filter={filter} isNarrowed={isNarrowed(query)} />}
      />
      <VerifyPanel />
      <Panel flush>
        <AuditFilterBar query={query} entries={pages.rows ?? []} total={pages.total} />
        <Answer of={{ data: pages.rows, error: pages.error, refetch: pages.refetch }} lines={8}>
          {(rows) => <AuditTable rows={rows} pages={pages} isNarrowed={isNarrowed(query)} filterKey={params.toString()} />}
        </Answer>
      </Panel>
    </>
  );
}

type AuditTableProps = {
  readonly rows: readonly AuditEntry[];
  readonly pages: Pages<AuditEntry>;
  readonly isNarrowed: boolean;
  readonly filterKey: string;
};

function AuditTable({ rows, pages, isNarrowed: isFiltered, filterKey }: AuditTableProps) {
  const [params] = useSearchParams();
  const patch = useUrlPatch();
  const letterKeys = useLetterKeys();
  const nameOf = useNames();
  const columns = useMemo(() => auditColumns(nameOf), [nameOf]);
  const selected = useMemo(() => rows.find((entry) => String(entry.sequence) === params.get("entry")), [rows, params]);
  const clear = () => patch({ search: undefined, actor: undefined, action: undefined, fleetId: undefined, from: undefined, to: undefined });
  const { entry: _open, ...orderKey } = Object.fromEntries(new URLSearchParams(filterKey));
  return (
    <>
      <DataTable
        label="Audit entries"
        rows={rows}
        columns={columns}
        rowKey={(entry) => String(entry.sequence)}
        onOpen={(entry) => patch({ entry: String(entry.sequence) })}
        selectedKey={params.get("entry") ?? undefined}
        totalRows={pages.total}
        onEnd={pages.more}
        orderKey={JSON.stringify(orderKey)}
        letterKeys={letterKeys}
        maxHeight="max(320px, calc(100vh - 330px))"
        empty={isFiltered ? <NothingMatches what="entries" onClear={clear} /> : <NoEntries />}
      />
      <EntryDrawer entry={selected} nameOf={nameOf} onClose={() => patch({ entry: undefined })} />
    </>
  );
}
