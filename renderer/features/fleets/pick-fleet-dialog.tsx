import { Link } from "wouter";
import type { FleetRow } from "#shared/contract/fleets.ts";
import { DialogFrame } from "../../components/dialog-frame.tsx";
import classes from "./pick-fleet.module.css";

type PickFleetProps = { readonly fleets: readonly FleetRow[]; readonly onClose: () => void; readonly onCreate: () => void };

/** "Enrol a host" from anywhere: which fleet shall it join? */
export function PickFleetDialog({ fleets, onClose, onCreate }: PickFleetProps) {
  return (
    <DialogFrame
      title="Which fleet shall the host join?"
      onClose={onClose}
      {...(fleets.length === 0 ? { verb: "Create a fleet first" } : {})}
      onSubmit={onCreate}
      isReady
      busy={false}
      error={null}
    >
      {fleets.length === 0 && <p>There is no fleet yet. A host belongs to one from the moment it enrols.</p>}
      <div className={classes["fleets"]}>
        {fleets.map((fleet) => (
          <Link key={fleet.id} href={`/fleets/${fleet.id}?enrol=host`} replace className={classes["fleet"]}>
            <strong>{fleet.name}</strong>
            <span>
              {fleet.hosts} {fleet.hosts === 1 ? "host" : "hosts"}
            </span>
          </Link>
        ))}
      </div>
    </DialogFrame>
  );
}
