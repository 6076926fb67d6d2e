import { Link } from "wouter";
import type { HomeOverview } from "#shared/contract/rollouts.ts";
import { Panel } from "../../components/panel.tsx";
import { StatusShape } from "../../components/status-shape.tsx";
import { VersionBar } from "../../components/version-bar.tsx";
import { VersionTag } from "../../components/version-tag.tsx";
import classes from "./matrix.module.css";
import { matrixOf, onTarget, type MatrixRow } from "./view-model.ts";

/** What runs where: groups down in the order rollouts take them, applications across. */
export function MatrixPanel({ fleets }: { readonly fleets: HomeOverview["matrix"] }) {
  const matrix = matrixOf(fleets);
  if (matrix.rows.length === 0) return null;
  return (
    <Panel title="What runs where" note="target, and how many hosts run it" flush>
      <div className={classes["scroll"]} role="region" aria-label="Groups by applications" tabIndex={0}>
        <table className={classes["matrix"]}>
          <thead>
            <tr>
              <th scope="col">Fleet</th>
              <th scope="col">Group</th>
              {matrix.applications.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {matrix.rows.map((row) => (
              <MatrixLine key={row.groupId} row={row} />
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

function MatrixLine({ row }: { readonly row: MatrixRow }) {
  const group = encodeURIComponent(`group:${row.groupName}`);
  return (
    <tr data-first={row.isFirst}>
      <td className={classes["fleet"]}>
        {row.isFirst && (
          <Link className="rc-link" href={`/fleets/${row.fleetId}`}>
            {row.fleetName}
          </Link>
        )}
      </td>
      <th scope="row" className={classes["group"]}>
        <Link className="rc-link" href={`/fleets/${row.fleetId}?q=${group}`}>
          {row.groupName}
        </Link>
        <span className={classes["hosts"]}>
          {row.hosts} {row.hosts === 1 ? "host" : "hosts"}
        </span>
      </th>
      {row.cells.map((cell, at) => (
        <td key={cell?.subscriptionId ?? at}>
          {cell === undefined ? <span className={classes["none"]}>–</span> : <MatrixCell cell={cell} />}
        </td>
      ))}
    </tr>
  );
}

function MatrixCell({ cell }: { readonly cell: NonNullable<MatrixRow["cells"][number]> }) {
  const { reached, reporting } = onTarget(cell);
  return (
    <div className={classes["cell"]}>
      <div className={classes["cellHead"]}>
        <StatusShape status={cell.status} label={cell.status} />
        <VersionTag version={cell.targetVersion} />
        <span className={classes["reached"]}>
          {reached}/{reporting}
        </span>
      </div>
      <VersionBar shares={cell.versions} target={cell.targetVersion} height={4} />
    </div>
  );
}
