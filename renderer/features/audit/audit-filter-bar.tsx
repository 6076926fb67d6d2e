import { Select, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useSearchParams } from "wouter";
import type { AuditEntry } from "#shared/domain/audit/audit.ts";
import { actorName } from "../../components/actor-name.ts";
import { KeyHint } from "../../components/key-hint.tsx";
import { keys } from "../../data/query-keys.ts";
import { useContractQuery } from "../../data/use-contract-query.ts";
import { useUrlPatch } from "../../data/use-url-patch.ts";
import classes from "./audit.module.css";
import { actorsOf, type AuditQuery } from "./view-model.ts";

type AuditFilterBarProps = { readonly query: AuditQuery; readonly entries: readonly AuditEntry[]; readonly total: number };

/** Narrows the audit by words, who, fleet and days. */
export function AuditFilterBar({ query, entries, total }: AuditFilterBarProps) {
  const patch = useUrlPatch();
  const fleets = useContractQuery(keys.fleets(), (client, signal) => client.fleets.list(undefined, { signal })).data ?? [];
  const actors = [...new Set([...actorsOf(entries), ...(query.actor === undefined ? [] : [query.actor])])];
  return (
    <div className={classes["filters"]}>
      <TextInput
        className={classes["search"] ?? ""}
        aria-label="Search the audit"
        placeholder="Search actions, subjects, reasons"
        value={query.search ?? ""}
        onChange={(event) => patch({ search: event.currentTarget.value })}
        leftSection={<IconSearch size={15} />}
        rightSection={query.search === undefined ? <KeyHint keys="/" /> : undefined}
        data-filter-field
        maxLength={100}
      />
      <Select
        className={classes["pick"] ?? ""}
        aria-label="Who"
        placeholder="Anyone"
        data={actors.map((actor) => ({ value: actor, label: actorName(actor) }))}
        value={query.actor ?? null}
        onChange={(actor) => patch({ actor: actor ?? undefined })}
        clearable
        searchable
      />
      <Select
        className={classes["pick"] ?? ""}
        aria-label="Fleet"
        placeholder="Any fleet"
        data={fleets.map((fleet) => ({ value: fleet.id, label: fleet.name }))}
        value={query.fleetId ?? null}
        onChange={(fleetId) => patch({ fleetId: fleetId ?? undefined })}
        clearable
      />
      <DayFields />
      <span className={classes["total"]} role="status">
        {total} {total === 1 ? "entry" : "entries"}
      </span>
    </div>
  );
}

function DayFields() {
  const [params] = useSearchParams();
  const patch = useUrlPatch();
  const day = { type: "date", className: classes["day"] ?? "" };
  return (
    <>
      <TextInput
        {...day}
        aria-label="From day"
        leftSection="From"
        leftSectionWidth={52}
        value={params.get("from") ?? ""}
        onChange={(event) => patch({ from: event.currentTarget.value })}
      />
      <TextInput
        {...day}
        aria-label="To day"
        leftSection="To"
        leftSectionWidth={34}
        value={params.get("to") ?? ""}
        onChange={(event) => patch({ to: event.currentTarget.value })}
      />
    </>
  );
}
