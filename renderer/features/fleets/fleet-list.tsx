import { Fragment } from "react";
import { Link } from "wouter";
import type { FleetRow } from "#shared/contract/fleets.ts";
import { Panel } from "../../components/panel.tsx";
import { VersionTag } from "../../components/version-tag.tsx";
import classes from "./fleets.module.css";
import { applicationsOf } from "./view-model.ts";

/** One row a fleet: its groups in order, who is connected, what it runs. */
export function FleetList({ fleets }: { readonly fleets: readonly FleetRow[] }) {
  return (
    <Panel flush>
      <ul className={classes["list"]}>
        {fleets.map((fleet) => (
          <FleetLine key={fleet.id} fleet={fleet} />
        ))}
      </ul>
    </Panel>
  );
}

function FleetLine({ fleet }: { readonly fleet: FleetRow }) {
  return (
    <li className={classes["fleet"]}>
      <div className={classes["head"]}>
        <Link className={`rc-link ${classes["cover"]}`} href={`/fleets/${fleet.id}`}>
          {fleet.name}
        </Link>
        {fleet.description !== "" && <span className={classes["description"]}>{fleet.description}</span>}
        <span className={classes["connected"]}>
          <span className="rc-num">{fleet.connected}</span> of <span className="rc-num">{fleet.hosts}</span>{" "}
          {fleet.hosts === 1 ? "host" : "hosts"} connected
        </span>
      </div>
      <div className={classes["body"]}>
        <span className={classes["groups"]}>
          {fleet.groups.map((group, at) => (
            <Fragment key={group.id}>
              {at > 0 && (
                <span aria-hidden="true" className={classes["arrow"]}>
                  →
                </span>
              )}
              <span className={classes["group"]}>
                {group.name} <span className={classes["count"]}>{group.hosts}</span>
              </span>
            </Fragment>
          ))}
        </span>
        <span className={classes["applications"]}>
          {applicationsOf(fleet).map((application) => (
            <span key={application.name} className={classes["application"]}>
              {application.name}
              {application.versions.map((version) => (
                <VersionTag key={version} version={version} />
              ))}
            </span>
          ))}
        </span>
      </div>
    </li>
  );
}
