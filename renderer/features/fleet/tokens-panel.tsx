import { Button } from "@mantine/core";
import type { FleetRow } from "#shared/contract/fleets.ts";
import type { EnrolmentToken } from "#shared/domain/fleet/fleet.ts";
import { actorName } from "../../components/actor-name.ts";
import { Answer } from "../../components/answer.tsx";
import { useNow } from "../../components/clock.ts";
import { Panel } from "../../components/panel.tsx";
import { StatusBadge } from "../../components/status-badge.tsx";
import { TimeAgo } from "../../components/time-ago.tsx";
import { keys } from "../../data/query-keys.ts";
import { useContractAction } from "../../data/use-contract-action.ts";
import { useContractQuery } from "../../data/use-contract-query.ts";
import { NoTokens } from "./empty-state.tsx";
import classes from "./tokens.module.css";
import { tokenLook } from "./view-model.ts";

/** The enrolment tokens of a fleet. Secrets are not here: they were shown once. */
export function TokensPanel({ fleet, onEnrol }: { readonly fleet: FleetRow; readonly onEnrol: () => void }) {
  const tokens = useContractQuery(keys.tokens(fleet.id), (client, signal) => client.tokens.list({ fleetId: fleet.id }, { signal }));
  return (
    <Panel flush>
      <Answer of={tokens}>
        {(rows) =>
          rows.length === 0 ? (
            <NoTokens onEnrol={onEnrol} />
          ) : (
            <table className={classes["tokens"]}>
              <thead>
                <tr>
                  <th scope="col">Status</th>
                  <th scope="col">Label</th>
                  <th scope="col">Group</th>
                  <th scope="col">Uses</th>
                  <th scope="col">Created</th>
                  <th scope="col">Expires</th>
                  <th scope="col">
                    <span className={classes["hidden"]}>Actions</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {rows.map((token) => (
                  <TokenLine
                    key={token.id}
                    token={token}
                    groupName={fleet.groups.find((group) => group.id === token.groupId)?.name ?? "removed group"}
                  />
                ))}
              </tbody>
            </table>
          )
        }
      </Answer>
    </Panel>
  );
}

function TokenLine({ token, groupName }: { readonly token: EnrolmentToken; readonly groupName: string }) {
  const look = tokenLook(token, useNow(5000));
  const revoke = useContractAction({
    run: (client, enrolmentTokenId: EnrolmentToken["id"]) => client.tokens.revoke({ enrolmentTokenId }),
    notDone: "The token still admits hosts.",
    stale: ["tokens"],
  });
  return (
    <tr>
      <td>
        <StatusBadge status={look.status} word={look.word} />
      </td>
      <td>{token.label === "" ? <span className={classes["faint"]}>no label</span> : token.label}</td>
      <td>{groupName}</td>
      <td className="rc-num">
        {token.uses} of {token.maxUses}
        {token.requiresApproval && <span className={classes["faint"]}> · with approval</span>}
      </td>
      <td>
        <TimeAgo at={token.createdAt} /> <span className={classes["faint"]}>by {actorName(token.createdBy)}</span>
      </td>
      <td>
        <TimeAgo at={token.expiresAt} />
      </td>
      <td className={classes["end"]}>
        {look.isOpen && (
          <Button
            size="compact-sm"
            variant="default"
            loading={revoke.isPending}
            onClick={() => revoke.mutate(token.id)}
            aria-label={`Revoke the token ${token.label}`}
          >
            Revoke
          </Button>
        )}
      </td>
    </tr>
  );
}
