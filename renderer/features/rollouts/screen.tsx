import { Button } from "@mantine/core";
import { useSearchParams } from "wouter";
import { Answer } from "../../components/answer.tsx";
import { ButtonWithReason } from "../../components/button-with-reason.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { keys } from "../../data/query-keys.ts";
import { useContractQuery } from "../../data/use-contract-query.ts";
import { useDenial } from "../../data/use-principal.ts";
import { useUrlPatch } from "../../data/use-url-patch.ts";
import { NoRollouts } from "./empty-state.tsx";
import { RolloutList } from "./rollout-list.tsx";
import { StartDialog } from "./start-dialog.tsx";

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
  const asked = { fleetId: search.get("fleet") ?? undefined, releaseId: search.get("release") ?? undefined };
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
        <StartDialog asked={asked} onClose={() => patch({ new: undefined, fleet: undefined, release: undefined })} />
      )}
    </>
  );
}
