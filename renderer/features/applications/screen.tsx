import { Button, TextInput } from "@mantine/core";
import { IconFilter } from "@tabler/icons-react";
import { useMemo } from "react";
import { useLocation, useSearchParams } from "wouter";
import type { ApplicationRow } from "#shared/contract/applications.ts";
import { Answer } from "../../components/answer.tsx";
import { ButtonWithReason } from "../../components/button-with-reason.tsx";
import { DataTable } from "../../components/data-table.tsx";
import { KeyHint } from "../../components/key-hint.tsx";
import { NothingMatches } from "../../components/nothing-matches.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Panel } from "../../components/panel.tsx";
import { readTableSort, writeTableSort } from "../../components/table-sort.ts";
import { keys } from "../../data/query-keys.ts";
import { useContractQuery } from "../../data/use-contract-query.ts";
import { useDenial } from "../../data/use-principal.ts";
import { useUrlPatch } from "../../data/use-url-patch.ts";
import { useLetterKeys } from "../../stores/preferences-store.ts";
import { APPLICATION_COLUMNS } from "./application-columns.tsx";
import classes from "./applications.module.css";
import { NoApplications } from "./empty-state.tsx";
import { RegisterDialog } from "./register-dialog.tsx";
import { matchesWords } from "./view-model.ts";

/** Every application. `?new=application` opens the dialog, so that the palette and links can. */
export function Screen() {
  const applications = useContractQuery(keys.applications(), (client, signal) => client.applications.list(undefined, { signal }));
  const denial = useDenial("release.publish");
  const [search] = useSearchParams();
  const patch = useUrlPatch();
  const register = () => patch({ new: "application" });
  return (
    <>
      <PageHeader
        title="Applications"
        lead="The things that have releases. Channels are names for the release that groups follow."
        actions={
          <ButtonWithReason reason={denial} onClick={register}>
            Register an application
          </ButtonWithReason>
        }
      />
      <Answer of={applications} lines={6}>
        {(rows) =>
          rows.length === 0 ? (
            <NoApplications action={denial === undefined && <Button onClick={register}>Register an application</Button>} />
          ) : (
            <ApplicationTable rows={rows} />
          )
        }
      </Answer>
      {search.get("new") === "application" && <RegisterDialog taken={applications.data ?? []} onClose={() => patch({ new: undefined })} />}
    </>
  );
}

const BY_NAME = { column: "name", descending: false } as const;

function ApplicationTable({ rows }: { readonly rows: readonly ApplicationRow[] }) {
  const [search] = useSearchParams();
  const patch = useUrlPatch();
  const [, navigate] = useLocation();
  const letterKeys = useLetterKeys();
  const query = search.get("q") ?? "";
  const shown = useMemo(() => rows.filter((one) => matchesWords(one, query)), [rows, query]);
  return (
    <Panel flush>
      <div className={classes["bar"]}>
        <TextInput
          className={classes["filter"] ?? ""}
          aria-label="Filter applications"
          placeholder="Name or product id"
          value={query}
          onChange={(event) => patch({ q: event.currentTarget.value })}
          leftSection={<IconFilter size={15} />}
          rightSection={query === "" ? <KeyHint keys="/" /> : undefined}
          data-filter-field
          spellCheck={false}
        />
        <span className={classes["count"]} role="status">
          {shown.length === rows.length
            ? `${rows.length} ${rows.length === 1 ? "application" : "applications"}`
            : `${shown.length} of ${rows.length}`}
        </span>
      </div>
      <DataTable
        label="Applications"
        rows={shown}
        columns={APPLICATION_COLUMNS}
        rowKey={(one) => one.id}
        sort={readTableSort(search.get("sort"), BY_NAME)}
        onSort={(sort) => patch({ sort: writeTableSort(sort) })}
        onOpen={(one) => navigate(`/applications/${one.id}`)}
        orderKey={query}
        rowHeight={56}
        letterKeys={letterKeys}
        empty={<NothingMatches what="applications" onClear={() => patch({ q: undefined })} />}
      />
    </Panel>
  );
}
