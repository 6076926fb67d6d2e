import type { TrustRole, TrustStatus } from "#shared/contract/trust.ts";
import { useNow } from "../../../components/clock.ts";
import { Panel } from "../../../components/panel.tsx";
import { StatusBadge } from "../../../components/status-badge.tsx";
import { TimeAgo } from "../../../components/time-ago.tsx";
import { PlainTable } from "../../../components/plain-table.tsx";
import settings from "../settings.module.css";
import { roleWords } from "../view-model.ts";
import { freshnessLook } from "./freshness-look.ts";
import { keyLabel, labelsOf } from "./request-words.ts";
import classes from "./trust.module.css";

/** Every signed document with who signs it and how long it still holds. */
export function RolesPanel({ status }: { readonly status: TrustStatus }) {
  return (
    <Panel title="Signed documents" flush>
      <PlainTable label="Roles" heads={["Role", "Version", "Signed by", "Freshness", "Expires"]}>
        {status.roles.map((role) => (
          <RoleLine key={role.role} role={role} keys={status.keys} />
        ))}
      </PlainTable>
    </Panel>
  );
}

function RoleLine({ role, keys }: { readonly role: TrustRole; readonly keys: TrustStatus["keys"] }) {
  const look = freshnessLook(role, useNow(10_000));
  const labels = labelsOf(keys, undefined);
  return (
    <tr>
      <th scope="row">
        <strong translate="no">{role.role}</strong>
        <div className={settings["soft"]}>{roleWords(role.role)}</div>
      </th>
      <td className="rc-num">{role.version}</td>
      <td>
        {role.online ? (
          "this control plane"
        ) : (
          <span title={role.keyIds.map((keyId) => keyLabel(keyId, labels)).join(", ")}>
            {role.threshold} of {role.keyIds.length} keys
          </span>
        )}
      </td>
      <td className={classes["fresh"]}>
        <StatusBadge status={look.status} word={look.word} />
        <div className={classes["life"]} role="img" aria-label={`${Math.round(look.fraction * 100)} percent of its life left`}>
          <div data-status={look.status} style={{ width: `${look.fraction * 100}%` }} />
        </div>
      </td>
      <td>
        <TimeAgo at={role.expiresAt} />
      </td>
    </tr>
  );
}
