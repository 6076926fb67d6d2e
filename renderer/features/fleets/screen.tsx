import { Button } from "@mantine/core";
import { useSearchParams } from "wouter";
import { Answer } from "../../components/answer.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { keys } from "../../data/query-keys.ts";
import { useContractQuery } from "../../data/use-contract-query.ts";
import { useDenial } from "../../data/use-principal.ts";
import { ButtonWithReason } from "../../components/button-with-reason.tsx";
import { CreateFleetDialog } from "./create-fleet-dialog.tsx";
import { NoFleets } from "./empty-state.tsx";
import { FleetList } from "./fleet-list.tsx";
import { PickFleetDialog } from "./pick-fleet-dialog.tsx";

/** All fleets. `?new=fleet` opens the dialog, so that the palette and links can. */
export function Screen() {
  const fleets = useContractQuery(keys.fleets(), (client, signal) => client.fleets.list(undefined, { signal }));
  const denial = useDenial("fleet.manage");
  const [search, setSearch] = useSearchParams();
  const close = () => setSearch({}, { replace: true });
  const create = () => setSearch({ new: "fleet" });
  const button = (
    <ButtonWithReason reason={denial} onClick={create}>
      Create a fleet
    </ButtonWithReason>
  );
  return (
    <>
      <PageHeader
        title="Fleets"
        lead="A fleet is a set of hosts. Rollouts go through its groups in order."
        {...(fleets.data?.length === 0 ? {} : { actions: button })}
      />
      <Answer of={fleets}>
        {(rows) =>
          rows.length === 0 ? (
            <NoFleets action={denial === undefined && <Button onClick={create}>Create a fleet</Button>} />
          ) : (
            <FleetList fleets={rows} />
          )
        }
      </Answer>
      {search.get("new") === "fleet" && <CreateFleetDialog onClose={close} />}
      {search.get("enrol") === "host" && fleets.data !== undefined && (
        <PickFleetDialog fleets={fleets.data} onClose={close} onCreate={create} />
      )}
    </>
  );
}
