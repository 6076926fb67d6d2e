import type { HostRow } from "#shared/contract/fleets.ts";
import { StatusShape } from "../../components/status-shape.tsx";
import { waitLook } from "../../components/host-look.ts";
import { phaseLook, type StateLook } from "../../components/state-status.ts";
import classes from "./fleet.module.css";

/** What a host runs, and what it should run where that differs. */
export function HostApplications({ host }: { readonly host: HostRow }) {
  if (host.applications.length === 0) return <span className={classes["faint"]}>nothing</span>;
  return (
    <span className={classes["applications"]}>
      {host.applications.map((one) => {
        const look = applicationLook(one);
        return (
          <span
            key={one.applicationId}
            className={classes["application"]}
            title={one.wait === undefined ? one.hold : waitLook(one.wait).why}
          >
            <StatusShape status={look.status} size={12} label={look.word} />
            {one.name} <span className={classes["version"]}>{one.currentVersion ?? "not yet"}</span>
            {one.desiredVersion !== undefined && one.desiredVersion !== one.currentVersion && (
              <span className={classes["desired"]}>→ {one.desiredVersion}</span>
            )}
          </span>
        );
      })}
    </span>
  );
}

/** A hold counts only while it keeps the host from what it should run: waiting for a wave on the right version is well. */
function applicationLook(one: HostRow["applications"][number]): StateLook {
  if (one.wait !== undefined) return waitLook(one.wait);
  const look = phaseLook(one.phase);
  if (one.hold === undefined || one.currentVersion === one.desiredVersion || look.status === "failed") return look;
  return { status: "paused", word: one.hold };
}
