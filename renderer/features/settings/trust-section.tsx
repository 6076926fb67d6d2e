import { Answer } from "../../components/answer.tsx";
import { useNow } from "../../components/clock.ts";
import { CopyLine } from "../../components/copy-line.tsx";
import { Panel } from "../../components/panel.tsx";
import { StatusBadge } from "../../components/status-badge.tsx";
import { StatusShape } from "../../components/status-shape.tsx";
import { TimeAgo } from "../../components/time-ago.tsx";
import { keys } from "../../data/query-keys.ts";
import { useContractQuery } from "../../data/use-contract-query.ts";
import classes from "./settings.module.css";
import { expiryLook, modeWords, roleWords } from "./view-model.ts";

/** Who can sign, how fresh the signed documents are, and what that protects against. */
export function TrustSection() {
  const trust = useContractQuery(keys.trust(), (client, signal) => client.trust.status(undefined, { signal }));
  return (
    <Answer of={trust} lines={8}>
      {(status) => (
        <div className={classes["form"]}>
          <ModePanel mode={status.mode} />
          <Panel title="Root of trust">
            <p className={classes["lead"]}>
              Hosts pin this digest when they enrol. Compare it over another way before you trust a new control plane.
            </p>
            <CopyLine text={status.rootSha256} what="the root’s SHA-256" />
          </Panel>
          <Panel title="Signed documents" flush>
            <div className={classes["scroll"]}>
              <table className={classes["table"]}>
                <thead>
                  <tr>
                    <th scope="col">Role</th>
                    <th scope="col">Version</th>
                    <th scope="col">Keys needed</th>
                    <th scope="col">Freshness</th>
                    <th scope="col">Expires</th>
                  </tr>
                </thead>
                <tbody>
                  {status.roles.map((role) => (
                    <RoleLine key={role.role} role={role} />
                  ))}
                </tbody>
              </table>
            </div>
          </Panel>
        </div>
      )}
    </Answer>
  );
}

function ModePanel({ mode }: { readonly mode: "server-held" | "operator-held" }) {
  const words = modeWords(mode);
  return (
    <Panel title={words.title} note="how this control plane keeps its signing keys">
      <p className={classes["lead"]}>{words.summary}</p>
      <div className={classes["sides"]}>
        <div>
          <h3>Protects against</h3>
          <ul className={classes["points"]}>
            {words.protects.map((point) => (
              <li key={point}>
                <StatusShape status="healthy" size={15} />
                {point}
              </li>
            ))}
          </ul>
        </div>
        <div>
          <h3>Does not protect against</h3>
          <ul className={classes["points"]}>
            {words.exposes.map((point) => (
              <li key={point}>
                <StatusShape status="unknown" size={15} />
                {point}
              </li>
            ))}
          </ul>
        </div>
      </div>
    </Panel>
  );
}

type RoleLineProps = {
  readonly role: {
    readonly role: string;
    readonly version: number;
    readonly expiresAt: number;
    readonly lifetimeMs: number;
    readonly threshold: number;
    readonly keyIds: readonly string[];
  };
};

function RoleLine({ role }: RoleLineProps) {
  const look = expiryLook(role.expiresAt, role.lifetimeMs, useNow(10_000));
  return (
    <tr>
      <th scope="row">
        <strong>{role.role}</strong>
        <div className={classes["soft"]}>{roleWords(role.role)}</div>
      </th>
      <td className="rc-num">{role.version}</td>
      <td className="rc-num">
        {role.threshold} of {role.keyIds.length}
      </td>
      <td>
        <StatusBadge status={look.status} word={look.word} />
      </td>
      <td>
        <TimeAgo at={role.expiresAt} />
      </td>
    </tr>
  );
}
