import { Button, SegmentedControl } from "@mantine/core";
import { useSearchParams } from "wouter";
import type { RolloutRow } from "#shared/contract/rollouts.ts";
import { Answer } from "../../components/answer.tsx";
import { ButtonWithReason } from "../../components/button-with-reason.tsx";
import { NothingMatches } from "../../components/nothing-matches.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Panel } from "../../components/panel.tsx";
import { keys } from "../../data/query-keys.ts";
import { useContractQuery } from "../../data/use-contract-query.ts";
import { useDenial } from "../../data/use-principal.ts";
import { useUrlPatch } from "../../data/use-url-patch.ts";
import { NoRollouts } from "./empty-state.tsx";
import { RolloutLine } from "./rollout-line.tsx";
import classes from "./rollouts.module.css";
import { StartDialog } from "./start-dialog.tsx";
import { activeFirst, isActive } from "./view-model.ts";

/** Rollouts of the past that the list reaches back to. */
const SHOWN = 200;

/** All rollouts, those that still move first. `?new=rollout` opens the plan, `&fleet` and `&release` fill it in. */
export function Screen() {
  const [search] = useSearchParams();
  const patch = useUrlPatch();
  const denial = useDenial("rollout.control");
  const filter = { limit: SHOWN };
  const rollouts = useContractQuery(keys.rollouts(filter), (client, signal) => client.rollouts.list(filter, { signal }));
  const start = () => patch({ new: "rollout" });
  return (
    <>
      <PageHeader
        title="Rollouts"
        lead="Each brings groups to a release, wave by wave, behind a gate."
        actions={
          <ButtonWithReason reason={denial} onClick={start}>
            Start a rollout
          </ButtonWithReason>
        }
      />
      <Answer of={rollouts} lines={6}>
        {(rows) =>
          rows.length === 0 ? (
            <NoRollouts action={denial === undefined && <Button onClick={start}>Start a rollout</Button>} />
          ) : (
            <RolloutList rows={rows} />
          )
        }
      </Answer>
      {search.get("new") === "rollout" && denial === undefined && (
        <StartDialog
          fleetId={search.get("fleet") ?? undefined}
          releaseId={search.get("release") ?? undefined}
          onClose={() => patch({ new: undefined, fleet: undefined, release: undefined })}
        />
      )}
    </>
  );
}

function RolloutList({ rows }: { readonly rows: readonly RolloutRow[] }) {
  const [search] = useSearchParams();
  const patch = useUrlPatch();
  const only = search.get("show") ?? "all";
  const shown = activeFirst(rows).filter((row) => only === "all" || isActive(row));
  const active = rows.filter(isActive).length;
  return (
    <Panel flush>
      <div className={classes["bar"]}>
        <SegmentedControl
          aria-label="Which rollouts"
          size="xs"
          value={only === "active" ? "active" : "all"}
          onChange={(value) => patch({ show: value === "active" ? "active" : undefined })}
          data={[
            { value: "all", label: `All ${rows.length}` },
            { value: "active", label: `Active ${active}` },
          ]}
        />
      </div>
      {shown.length === 0 ? (
        <NothingMatches what="rollouts" onClear={() => patch({ show: undefined })} />
      ) : (
        <ul className={classes["list"]} aria-label="Rollouts">
          {shown.map((row) => (
            <RolloutLine key={row.id} rollout={row} />
          ))}
        </ul>
      )}
    </Panel>
  );
}
