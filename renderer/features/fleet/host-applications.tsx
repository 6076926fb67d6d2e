import type { HostRow } from "#shared/contract/fleets.ts";
import { StatusShape } from "../../components/status-shape.tsx";
import { phaseLook } from "../../components/state-status.ts";
import classes from "./fleet.module.css";

/** What a host runs, and what it should run where that differs. */
export function HostApplications({ host }: { readonly host: HostRow }) {
  if (host.applications.length === 0) return <span className={classes["faint"]}>nothing</span>;
  return (
    <span className={classes["applications"]}>
      {host.applications.map((one) => (
        <span key={one.applicationId} className={classes["application"]} title={one.hold}>
          <StatusShape
            status={one.hold === undefined ? phaseLook(one.phase).status : "paused"}
            size={12}
            label={one.hold ?? phaseLook(one.phase).word}
          />
          {one.name} <span className={classes["version"]}>{one.currentVersion ?? "not yet"}</span>
          {one.desiredVersion !== undefined && one.desiredVersion !== one.currentVersion && (
            <span className={classes["desired"]}>→ {one.desiredVersion}</span>
          )}
        </span>
      ))}
    </span>
  );
}
